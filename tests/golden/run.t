#!/bin/sh
# Golden tests: tests/golden/SUBCOMMAND/CASE/cmd runs in its folder, with cordon in $cordon; what it
# prints on both channels and its exit code must be what out holds. UPDATE=1 writes out anew. TAP.
case ${CORDON:-build/cordon} in
/*) cordon=$CORDON ;;
*) cordon=$PWD/${CORDON:-build/cordon} ;;
esac
export cordon
n=0
for cmd in tests/golden/*/*/cmd; do
	n=$((n + 1))
	folder=${cmd%/cmd}
	got=$(cd "$folder" && sh ./cmd 2>&1; echo "exit $?")
	[ -z "${UPDATE:-}" ] || printf '%s\n' "$got" >"$folder/out"
	if [ "$got" = "$(cat "$folder/out")" ]; then
		echo "ok $n - $folder"
	else
		echo "not ok $n - $folder"
		printf '%s\n' "$got" | diff -u "$folder/out" - | sed 's/^/# /'
	fi
done
echo "1..$n"
