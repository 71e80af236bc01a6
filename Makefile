# The two commands of the README. All they do is in crates/xtask.
.PHONY: run test
run:
	cargo xtask run
test:
	cargo xtask test
