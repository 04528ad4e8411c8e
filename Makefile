# make            build/cordon        make check      unit, golden, property and end-to-end tests
# make SAN=address,undefined check    make lint       format, layers, banned calls, man pages
# make fuzz       bounded fuzzing     make install    DESTDIR= PREFIX=/usr/local
# make deb        Debian packages     make check-deb  them in a clean Debian, with its network
# make demo       main job on bundled input
# make bench-live collectors beside each other at rising rates, over loopback; ten minutes
# make bench-flood  a flood of ten million spoofed sources through the daemon; a minute
# make bench      speed beside peers, detection beside baselines; SIZE=flows, LOGS=bytes, QUALITY=
CC       ?= cc
BUILD    ?= build
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
LIBDIR   ?= $(PREFIX)/lib
UNITDIR  ?= $(PREFIX)/lib/systemd/system
ZSHDIR   ?= $(PREFIX)/share/zsh/site-functions
FUZZ_S   ?= 60
SIZE     ?= 10000000
LOGS     ?= 1000000000
JOBS     ?= 4
override CFLAGS += -std=gnu2x -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
override CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE -MMD -MP
ifdef WERROR
override CFLAGS  += -Werror
endif
ifdef SAN
override CFLAGS  += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
override LDFLAGS += -fsanitize=$(SAN)
endif
LIBS := -pthread -lpcap -lyaml -lpcre2-8 -lisal -llz4 -lbz2 -lzstd -lsqlite3 -lcjson -lmicrohttpd -lcurl-gnutls -lgnutls -luuid -lm

lib   := $(patsubst src/%.c,$(BUILD)/%.o,$(filter-out src/app/%,$(wildcard src/*/*.c)))
app   := $(patsubst src/%.c,$(BUILD)/%.o,$(wildcard src/app/*.c))
gen   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/generate/*.c))
unit  := $(patsubst %.c,$(BUILD)/%.t,$(wildcard tests/unit/*/test_*.c))
fuzz  := $(patsubst fuzz/fuzz_%.c,%,$(wildcard fuzz/fuzz_*.c))
man   := $(patsubst docs/man/%.in,$(BUILD)/man/%,$(wildcard docs/man/*.in)) \
	$(patsubst docs/man/%,$(BUILD)/man/%,$(wildcard docs/man/*.[1-8]))
shell := $(BUILD)/completion/cordon.bash $(BUILD)/completion/_cordon $(BUILD)/completion/cordon.fish

all: $(BUILD)/cordon $(man) $(shell)
$(BUILD)/cordon: $(app) $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ $(LIBS) -o $@
$(BUILD)/libcordon.a: $(lib)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
$(BUILD)/detect/signature_builtin.o: rules/signatures.yaml
$(BUILD)/model/sentence.o: rules/sentences.txt
$(BUILD)/app/api_status.o: docs/openapi.json
$(BUILD)/app/dashboard.o: $(BUILD)/web/stamp
$(BUILD)/app/dashboard.o: override CPPFLAGS += -DWEB='"$(BUILD)/web"'
$(BUILD)/contain/service.o: rules/voice.yaml
$(BUILD)/audit/rule_builtin.o: rules/audit.yaml

# The dashboard; without its tools the program has none, and says what was missing. Made anew when they come or go.
$(BUILD)/web/stamp: $(shell find web -type f) rules/sentences.txt $(BUILD)/web/tools
	web/build $(BUILD)/web
	@touch $@
$(BUILD)/web/tools: FORCE
	@mkdir -p $(@D)
	@web/lacks | cmp -s - $@ || web/lacks > $@
FORCE:

$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -c $< -o $@
$(BUILD)/tests/unit/%.t: $(BUILD)/tests/unit/%.o $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ -lcmocka $(LIBS) -o $@

# Tests of src/app take what they need of it; main() is theirs.
$(BUILD)/libapp.a: $(filter-out %/main.o,$(app))
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/tests/unit/app/%.t: $(BUILD)/tests/unit/app/%.o $(BUILD)/libapp.a $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ -lcmocka $(LIBS) -o $@

# Without libFuzzer: the corpus is replayed by a plain main(). Three targets are of src/app: one takes what it
# needs from there, the others all of it.
journal := intake replay
$(BUILD)/replay/journal: $(journal:%=$(BUILD)/app/%.o)
$(BUILD)/fuzz/journal: $(journal:%=src/app/%.c)
$(BUILD)/replay/api $(BUILD)/replay/dossier: $(BUILD)/libapp.a
$(BUILD)/fuzz/api $(BUILD)/fuzz/dossier: override CPPFLAGS += -DWEB='"$(BUILD)/web"'
$(BUILD)/fuzz/api $(BUILD)/fuzz/dossier: $(BUILD)/web/stamp
$(BUILD)/fuzz/api $(BUILD)/fuzz/dossier: $(filter-out $(addprefix src/app/,main.c help.c completion.c options.c),$(wildcard src/app/*.c)) docs/openapi.json
$(BUILD)/replay/%: fuzz/fuzz_%.c fuzz/replay.c $(BUILD)/libcordon.a
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(CPPFLAGS)) $(CFLAGS) $(LDFLAGS) $(filter-out %.a,$^) \
		$(filter %/libapp.a,$^) $(BUILD)/libcordon.a $(LIBS) -o $@
$(BUILD)/fuzz/%: fuzz/fuzz_%.c $(filter-out src/app/%,$(wildcard src/*/*.c)) $(wildcard src/*/*.h) \
		$(wildcard rules/*)
	@mkdir -p $(@D)
	clang -g -O1 -std=gnu2x $(filter-out -MMD -MP,$(CPPFLAGS)) -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(filter %.c,$^) $(LIBS) -o $@

$(BUILD)/tests/generate/generate: $(gen) $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ $(LIBS) -o $@
$(BUILD)/demo.pcap: $(BUILD)/tests/generate/generate
	$< --format ipfix --seed 7 --worm codered2:2 --worm mirai:1 $@

# Each program of bench/ is one file, but for quality, which is a folder. Of the generator, two need
# its worlds and quality its conversations; to link more would hide observe() of the library.
bench   := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/*.c))
quality := $(patsubst %.c,$(BUILD)/%.o,$(wildcard bench/quality/*.c))
$(BUILD)/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests -Ibench $(CFLAGS) -c $< -o $@
$(BUILD)/bench/large $(BUILD)/bench/packets: $(filter-out %/main.o,$(gen))
$(BUILD)/bench/quality/quality: $(quality) $(BUILD)/tests/generate/traffic.o
$(BUILD)/bench/listen $(BUILD)/bench/remember: $(BUILD)/libapp.a
$(bench): %: %.o
$(bench) $(BUILD)/bench/quality/quality: $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $(filter %.o,$^) $(filter %/libapp.a,$^) $(BUILD)/libcordon.a $(LIBS) -o $@
bench-live: $(BUILD)/bench/listen $(BUILD)/bench/fire
	BUILD=$(BUILD) bench/live
bench-flood: $(BUILD)/cordon $(BUILD)/bench/flood $(BUILD)/bench/replay
	BUILD=$(BUILD) bench/flood-watch
bench: $(BUILD)/cordon $(bench) $(BUILD)/bench/quality/quality
	BUILD=$(BUILD) SIZE=$(SIZE) bench/speed
	BUILD=$(BUILD) LOG_BYTES=$(LOGS) bench/logs
	$(BUILD)/bench/quality/quality $(QUALITY)
	BUILD=$(BUILD) bench/api

# Lists of options in the man pages come from the command table.
$(BUILD)/man/%: docs/man/%.in $(BUILD)/cordon
	@mkdir -p $(@D)
	awk '/^@OPTIONS [a-z]+@$$/ { sub(/@$$/, "", $$2); system("$(BUILD)/cordon help --mdoc " $$2); next } \
	     /^@COMMANDS@$$/ { system("$(BUILD)/cordon help --mdoc"); next } \
	     /^@METRICS@$$/ { system("$(BUILD)/cordon help --metrics"); next } { print }' $< > $@
$(BUILD)/man/%: docs/man/%
	@mkdir -p $(@D)
	cp $< $@
$(BUILD)/completion/cordon.bash: $(BUILD)/cordon
	@mkdir -p $(@D)
	$< completion bash > $@
$(BUILD)/completion/_cordon: $(BUILD)/cordon
	@mkdir -p $(@D)
	$< completion zsh > $@
$(BUILD)/completion/cordon.fish: $(BUILD)/cordon
	@mkdir -p $(@D)
	$< completion fish > $@

demo: all $(BUILD)/demo.pcap
	@$(BUILD)/cordon detect samples/show-ip-cache-flow.txt samples/show-ip-accounting.txt \
		$(BUILD)/demo.pcap || test $$? -eq 1

# Tests that start programs come first: they wait most of the time, while others compute.
check: all $(BUILD)/demo.pcap $(unit) $(fuzz:%=$(BUILD)/replay/%) $(BUILD)/tests/generate/generate
	BUILD=$(BUILD) CMOCKA_MESSAGE_OUTPUT=TAP CORDON=$(BUILD)/cordon \
	GENERATE=$(BUILD)/tests/generate/generate PERL5LIB=tests/e2e \
	prove -j$(JOBS) --exec '' $(wildcard tests/e2e/*.t) tests/golden/run.t tests/replay.t $(unit)
lint: all
	tests/lint/run
fuzz: $(fuzz:%=$(BUILD)/fuzz/%)
	@for f in $(fuzz); do echo "== $$f, $(FUZZ_S) s"; mkdir -p $(BUILD)/corpus/$$f; \
		$(BUILD)/fuzz/$$f -max_total_time=$(FUZZ_S) -rss_limit_mb=2048 -print_final_stats=1 \
		-verbosity=0 $$(ls fuzz/$$f.dict 2>/dev/null | sed s/^/-dict=/) \
		$(BUILD)/corpus/$$f fuzz/corpus/$$f || exit 1; done
format:
	clang-format -i $$(git ls-files '*.c' '*.h')
install: all
	install -D -m 755 $(BUILD)/cordon $(DESTDIR)$(PREFIX)/bin/cordon
	for m in $(notdir $(man)); do install -D -m 644 $(BUILD)/man/$$m \
		$(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$$m; done
	install -D -m 644 $(BUILD)/completion/cordon.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/cordon
	install -D -m 644 $(BUILD)/completion/_cordon \
		$(DESTDIR)$(ZSHDIR)/_cordon
	install -D -m 644 $(BUILD)/completion/cordon.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cordon.fish
	install -D -m 644 include/cordon.h $(DESTDIR)$(PREFIX)/include/cordon.h
	install -D -m 644 $(BUILD)/libcordon.a $(DESTDIR)$(LIBDIR)/libcordon.a
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|; s|@LIBS@|$(LIBS)|' \
		-e "s|@VERSION@|$$(sed -n 's/^#define CORDON_VERSION "\(.*\)"/\1/p' src/app/command.h)|" \
		dist/cordon.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/cordon.pc
	install -D -m 644 dist/cordon.yaml $(DESTDIR)$(PREFIX)/share/doc/cordon/cordon.yaml
	install -D -m 644 dist/nftables.conf $(DESTDIR)$(PREFIX)/share/doc/cordon/nftables.conf
	install -D -m 644 dist/cordon.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/cordon.conf
	install -D -m 644 dist/cordon.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/cordon.conf
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|@PREFIX@|$(PREFIX)|' dist/cordon.service.in > $(DESTDIR)$(UNITDIR)/cordon.service

# Built from a copy of the checkout, for dpkg writes beside it and with flags of its own. DEBFULLNAME and DEBEMAIL say who
# maintains it.
deb:
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb/cordon
	tar -c --exclude=./.git --exclude=./build --exclude=./$(BUILD) . | tar -x -C $(BUILD)/deb/cordon
	debian/maintainer $(BUILD)/deb/cordon
	cd $(BUILD)/deb/cordon && dpkg-buildpackage -us -uc -b
	@ls $(BUILD)/deb/*.deb
check-deb: deb $(BUILD)/cordon
	BUILD=$(BUILD) prove -v tests/deb/package.t
clean:
	rm -rf $(BUILD)
.PHONY: FORCE all demo bench bench-live bench-flood check check-deb deb lint fuzz format install clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -name '*.d' -type f -print 2>/dev/null)
