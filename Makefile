# Every recipe line sources Scripts/environment.sh, which finds Arrow when it was set up without root.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CONFIGURATION ?= release
DEMO_USERS ?= 2000
DEMO_SEED ?= 42
BINDIR ?=

export PREFIX
environment := . Scripts/environment.sh
swift_files = $$(git ls-files '*.swift')

.PHONY: help setup setup-test build install demo test examples linkage format lint docs bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing to build (Scripts/setup.sh)
	@Scripts/setup.sh

setup-test:
	@Scripts/setup.sh --test

build: setup ## Build the command-line tool; CONFIGURATION=debug for a debug build
	@$(environment); swift build --configuration $(CONFIGURATION) --product insightflow

install: build ## Copy the command-line tool to BINDIR (PREFIX/bin: /usr/local/bin as root)
	@$(environment); CONFIGURATION=$(CONFIGURATION) BINDIR=$(BINDIR) Scripts/install.sh

demo: build ## Make a small shop, run the whole pipeline on it and show the result
	@$(environment); CONFIGURATION=$(CONFIGURATION) Scripts/demo.sh $(DEMO_USERS) $(DEMO_SEED)

test: setup-test ## Run all tests, then the examples
	@$(environment); swift build --build-tests
	@$(environment); status=0; \
	for step in "swift test --skip-build" Scripts/test-snippets.sh Scripts/test-examples.sh; do \
		$$step || { status=1; echo "test: $$step failed" >&2; }; \
	done; exit $$status

examples: setup ## Run the examples and compare what they print with their README files
	@$(environment); Scripts/test-examples.sh

linkage: setup ## Check that a program importing IFALS links OpenBLAS and no other native library
	@$(environment); Scripts/check-linkage.sh

format: ## Format all Swift files in place
	@swift format --in-place --parallel $(swift_files)

lint: ## Check formatting, shell scripts and tracked files
	@swift format lint --strict --parallel $(swift_files)
	@Scripts/check-scripts.sh
	@Scripts/check-hygiene.sh

docs: setup ## Build the reference documentation into .build/documentation
	@$(environment); Scripts/docs.sh

bench: setup ## Build the benchmark programs (see Benchmarks/README.md for how to run them beside their peers)
	@$(environment); swift build --package-path Benchmarks --scratch-path .build --configuration release
	@$(environment); echo "programs: $$(swift build --package-path Benchmarks --scratch-path .build --configuration release --show-bin-path)"

clean: ## Remove build products and the demo
	@rm -rf .build Examples/.build Benchmarks/.build demo
