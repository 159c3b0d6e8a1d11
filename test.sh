#!/usr/bin/env bash
# All tests, of this checkout's code.
#
#   ./test.sh              part 1 (needs only Python), then part 2 (on the bench, where there is one)
#   ./test.sh --offline    part 1 alone
#   ./test.sh --fresh      part 2 on a test site made anew
#   ./test.sh --module serial_inventory.tests.test_receipts    that module alone
#
# BENCH_DIR and BENCH_USER as in setup.sh; PYTHON for part 1; TEST_SITE, a name that begins with
# serial-inventory-test, lets two runs go at once. The last line is "N passed, N failed".
set -euo pipefail

CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TEST_SITE=${TEST_SITE:-serial-inventory-test.localhost}
# Tests below these need no Frappe.
PURE_DIRS=(serial_inventory/rules serial_inventory/tests/guards serial_inventory/tests/offline)

if [ "$(id -u)" -eq 0 ]; then
	BENCH_DIR=${BENCH_DIR:-/home/${BENCH_USER:-frappe}/frappe-bench}
else
	BENCH_DIR=${BENCH_DIR:-$HOME/frappe-bench}
fi
if [ -d "$BENCH_DIR" ]; then
	BENCH_USER=$(stat -c %U "$BENCH_DIR")
fi

# shellcheck source=scripts/bench-env.sh
. "$CHECKOUT/scripts/bench-env.sh"

OFFLINE="" FRESH="" MODULE=""
PARTS=()
RAN=0 FAILED=0 SKIPPED=0
LOG=$(mktemp)

usage() {
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

read_options() {
	while [ $# -gt 0 ]; do
		case $1 in
			--offline) OFFLINE=1 ;;
			--fresh) FRESH=1 ;;
			--module)
				MODULE=${2:?--module needs the name of a module}
				shift
				;;
			--help | -h) usage && exit ;;
			*) usage >&2 && exit 2 ;;
		esac
		shift
	done
	case $TEST_SITE in
		serial-inventory-test*) ;;
		*) fail "TEST_SITE must begin with serial-inventory-test: tests never run on a site in use" ;;
	esac
}

# --- counting ------------------------------------------------------------------------------------

# Sums unittest's "Ran N tests" and "FAILED (failures=1, errors=2)" lines: ran, failed, skipped.
count_tests() {
	sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
		/^Ran [0-9]+ tests? in / { ran += $2 }
		/^(OK|FAILED) \(/ {
			gsub(/^(OK|FAILED) \(|\)$/, "")
			n = split($0, words, ", ")
			for (i = 1; i <= n; i++) {
				split(words[i], word, "=")
				if (word[1] ~ /^(failures|errors|unexpected successes)$/) failed += word[2]
				if (word[1] == "skipped") skipped += word[2]
			}
		}
		END { print ran + 0, failed + 0, skipped + 0 }'
}

# Adds the log of one part. A part that ran nothing, or that ended badly without a failed test
# (a module that cannot be imported, say), counts as one failure: silence is no success.
add_up() {
	local part=$1 status=$2 ran failed skipped
	read -r ran failed skipped < <(count_tests "$LOG")
	if [ "$failed" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$ran" -eq 0 ]; }; then
		echo "$part: no test failed, yet it ran $ran tests and ended with code $status" >&2
		failed=1 ran=$((ran + 1))
	fi
	RAN=$((RAN + ran)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
	PARTS+=("$part: $ran run, $failed failed, $skipped skipped")
}

# Runs a command, showing and keeping what it prints; its own exit code is returned.
logged() { "$@" 2>&1 | tee "$LOG"; }

# --- part 1: Python alone ------------------------------------------------------------------------

pure_modules() {
	local dir
	for dir in "${PURE_DIRS[@]}"; do
		[ ! -d "$CHECKOUT/$dir" ] || find "$CHECKOUT/$dir" -name 'test_*.py' -printf "$dir/%P\n"
	done | sort | sed 's/\.py$//; s,/,.,g'
}

is_pure() { pure_modules | grep -xF "$1" >/dev/null; }

run_pure_tests() {
	local modules status=0
	mapfile -t modules < <(if [ -n "$MODULE" ]; then echo "$MODULE"; else pure_modules; fi)
	say "Part 1: rules and guards, with Python alone"
	if [ "${#modules[@]}" -eq 0 ]; then
		: >"$LOG"
	else
		cd "$CHECKOUT"
		logged "${PYTHON:-python3}" -m unittest "${modules[@]}" || status=$?
	fi
	add_up "part 1 (Python alone)" "$status"
}

# --- part 2: on the bench ------------------------------------------------------------------------

list_checkout() {
	if git -C "$CHECKOUT" rev-parse --git-dir >/dev/null 2>&1; then
		git -C "$CHECKOUT" ls-files -z --cached --others --exclude-standard
	else
		(cd "$CHECKOUT" && find . -type f -not -path './.git/*' -print0)
	fi
}

# The bench user may be unable to read the checkout, and a bench has its own copy of the app: a copy
# of the checkout, first on Python's path, is what gets tested. What part 1 ran is left out of it.
stage_checkout() {
	local dir file excluded=()
	STAGE="$(dirname "$BENCH_DIR")/.serial_inventory_under_test/$TEST_SITE"
	for dir in "${PURE_DIRS[@]}"; do
		excluded+=("--exclude=$dir/test_*.py" "--exclude=$dir/*/test_*.py")
	done
	as_bench rm -rf "$STAGE"
	as_bench mkdir -p "$STAGE"
	list_checkout |
		while IFS= read -r -d '' file; do
			# A file deleted from the work tree is still listed.
			[ ! -e "$CHECKOUT/$file" ] || printf '%s\0' "$file"
		done |
		tar -C "$CHECKOUT" --null --no-recursion "${excluded[@]}" -cf - -T - |
		as_bench tar -C "$STAGE" --no-same-owner -xf -
	export PYTHONPATH="$STAGE"
}

assert_staged_code() {
	local file
	file=$(bench_python -c 'import serial_inventory; print(serial_inventory.__file__)')
	[ "$file" = "$STAGE/serial_inventory/__init__.py" ] || fail "the bench imports $file, not this checkout"
	say "Testing the code of $CHECKOUT (staged in $STAGE)"
}

drop_test_site() {
	as_bench test -e "$BENCH_DIR/sites/$TEST_SITE" || return 0
	say "Dropping the site $TEST_SITE"
	frappe drop-site "$TEST_SITE" --force --no-backup --archived-sites-path "$BENCH_DIR/archived/sites" \
		--db-root-username "$(common_config root_login)" </dev/null
	as_bench rm -rf "$BENCH_DIR/sites/$TEST_SITE" "$BENCH_DIR/archived/sites/$TEST_SITE"
}

# Called in a subshell: whatever goes wrong in it, part 2 is counted and the total printed.
prepare_test_site() {
	local app
	for app in erpnext serial_inventory; do
		on_bench "$app" || fail "the bench lacks $app: run ./setup.sh"
	done
	stage_checkout
	assert_staged_code
	install_requirements "$STAGE" test
	[ -z "$FRESH" ] || drop_test_site
	make_site "$TEST_SITE"
	frappe --site "$TEST_SITE" set-config allow_tests 1 --parse
}

run_site_tests() {
	local options=(--app serial_inventory) status=0
	[ -z "$MODULE" ] || options+=(--module "$MODULE")
	# Frappe 15 ends with code 0 after a failure unless CI is set.
	CI=1 logged frappe --site "$TEST_SITE" run-tests "${options[@]}" || status=$?
	return "$status"
}

run_bench_tests() {
	local status=0
	say "Part 2: on the bench $BENCH_DIR, site $TEST_SITE"
	: >"$LOG"
	start_redis || status=$?
	# One run at a time on one site. (The bench user makes the file, so that root's runs leave it usable.)
	as_bench touch "$BENCH_DIR/config/.$TEST_SITE.lock"
	exec 9<"$BENCH_DIR/config/.$TEST_SITE.lock"
	flock --nonblock 9 || { echo "Another run is on $TEST_SITE: waiting for it" && flock 9; }
	# (set -e is off in a command that is tested: hence the new shell state inside.)
	set +e
	(
		set -e
		[ "$status" -eq 0 ]
		start_mariadb
		prepare_test_site
		run_site_tests
	)
	status=$?
	set -e
	add_up "part 2 (on the bench)" "$status"
}

# --- the whole -----------------------------------------------------------------------------------

finish() {
	stop_started_redis
	rm -f "$LOG"
}

print_result() {
	local skipped=
	say "Parts"
	printf '%s\n' "${PARTS[@]}"
	[ "$SKIPPED" -eq 0 ] || skipped=", $SKIPPED skipped"
	printf '\n%s passed, %s failed%s\n' "$((RAN > FAILED + SKIPPED ? RAN - FAILED - SKIPPED : 0))" "$FAILED" "$skipped"
}

main() {
	read_options "$@"
	trap finish EXIT
	if [ -z "$MODULE" ] || is_pure "$MODULE"; then
		run_pure_tests
	fi
	if [ -n "$OFFLINE" ] || { [ -n "$MODULE" ] && is_pure "$MODULE"; }; then
		PARTS+=("part 2 (on the bench): not asked for")
	elif has_frappe; then
		run_bench_tests
	else
		PARTS+=("part 2 (on the bench): NOT RUN, for there is no bench in $BENCH_DIR (./setup.sh makes one)")
	fi
	print_result
	[ "$FAILED" -eq 0 ]
}

main "$@"
