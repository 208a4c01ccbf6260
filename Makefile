# The front door. Meson and Ninja do the work (build/ and build/test), npm builds the interface in web/.

PORT ?= 8080
DATA ?= data
BUILD := build
SANITIZED := $(BUILD)/test
jobs = $(filter -j%,$(MAKEFLAGS))

.PHONY: all run test torture bench lint format clean help
.DEFAULT_GOAL := all

all: ## build everything: build/penstock, the server with its interface
	@tools/setup
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) --buildtype=release -Dwerror=false -Dtests=false
	@ninja -C $(BUILD) $(jobs)

run: all ## build, then serve http://127.0.0.1:8080 with demo data kept in ./data (PORT=, DATA=)
	@exec $(BUILD)/penstock serve --data $(DATA) --listen 127.0.0.1:$(PORT) --demo

test: ## every check and test; ends with 'N passed, N failed, N skipped' (ONLY=NAME for some)
	@tools/setup test
	@exec node tools/test.mjs $(jobs) $(ONLY)

torture: ## faults on purpose in long rounds: memory, disk, kill, power, damage; races; noise (ONLY=torture, races or fuzz)
	@tools/setup test
	@exec node tools/test.mjs $(jobs) $(or $(ONLY),torture races fuzz)

bench: all ## how fast it is, beside what the machine could do (SIZE=tiny|small|full, WORK=NAME for some)
	@tools/setup test
	@ninja -C $(BUILD) $(jobs) bench
	@exec node bench/run.mjs --size $(or $(SIZE),full) $(WORK)

lint: ## only what reads the sources: layout, format, clang, clang-tidy, TypeScript, Biome
	@tools/setup test
	@exec node tools/test.mjs $(jobs) tree format clang tidy web

format: ## rewrite the sources in the house format
	@tools/setup test
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i
	@cd web && npm run --silent format

clean: ## remove what was built; ./data stays
	@rm -rf $(BUILD)

help: ## these targets
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | sed 's/make all/make/' | expand -t 16
	@echo
	@echo '  build/penstock help    what the program itself can do'
