# make            build/cordon        make check      unit, golden, property and end-to-end tests
# make SAN=address,undefined check    make lint       format, layers, banned calls, man pages
# make fuzz       bounded fuzzing     make install    DESTDIR= PREFIX=/usr/local
CC       ?= cc
BUILD    ?= build
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
override CFLAGS += -std=gnu2x -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
override CPPFLAGS += -Isrc -D_GNU_SOURCE -MMD -MP
ifdef WERROR
override CFLAGS  += -Werror
endif
ifdef SAN
override CFLAGS  += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
override LDFLAGS += -fsanitize=$(SAN)
endif
LIBS := -lpcap -lyaml -lm

lib  := $(patsubst src/%.c,$(BUILD)/%.o,$(filter-out src/app/%,$(wildcard src/*/*.c)))
app  := $(patsubst src/%.c,$(BUILD)/%.o,$(wildcard src/app/*.c))
unit := $(patsubst tests/%.c,$(BUILD)/tests/%.t,$(wildcard tests/unit/*/test_*.c))

all: $(BUILD)/cordon
$(BUILD)/cordon: $(app) $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ $(LIBS) -o $@
$(BUILD)/libcordon.a: $(lib)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -c $< -o $@
$(BUILD)/tests/%.t: $(BUILD)/tests/%.o $(BUILD)/libcordon.a
	$(CC) $(LDFLAGS) $^ -lcmocka $(LIBS) -o $@
unit: $(unit)
	CMOCKA_MESSAGE_OUTPUT=TAP prove -j2 $(unit)
clean:
	rm -rf $(BUILD)
.PHONY: all unit clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
