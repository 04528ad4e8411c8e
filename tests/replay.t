#!/bin/sh
# Every file of every fuzz corpus, through its target; TAP.
build=${BUILD:-build}
n=0
for target in "$build"/replay/*; do
	case $target in *.d) continue ;; esac
	n=$((n + 1))
	name=${target##*/}
	# shellcheck disable=SC2046
	if "$target" $(find "fuzz/corpus/$name" -type f); then
		echo "ok $n - $name: $(find "fuzz/corpus/$name" -type f | wc -l) files"
	else
		echo "not ok $n - $name"
	fi
done
echo "1..$n"
