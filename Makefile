# scoring: credit scoring inside PostgreSQL. Builds with PGXS; see README.md.

EXTENSION = scoring
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" scoring.control)

# The rooms, lowest first. sql/modules/ROOM.sql are concatenated in this order; each room may have src/ROOM.c (glue) and src/ROOM_core.c.
SQL_ROOMS = schema activity balance_history account_history credit_file vintage \
	tally binning logistic model validation scorecard owner audit purpose \
	registry registry_by_name batch decision notice protect publish protected_scorecard release subject workspace

# Versions. The full script of a released version and the script that updates to it lie in sql/updates and never change:
# databases have run them. Until EXTVERSION is released both of its scripts are generated. The full one is all rooms; the
# one that updates PREVIOUS is sql/updates/changes-EXTVERSION.sql and after it, in the order of SQL_ROOMS, these:
#   NEW_ROOMS       rooms that PREVIOUS has nothing of, as they are;
#   REPLACED_ROOMS  rooms of functions that PREVIOUS has with the same arguments and results: CREATE FUNCTION and CREATE
#                   PROCEDURE at the start of a line become CREATE OR REPLACE. The functions move here from the room that
#                   had them, so nothing is written twice; what is new may stand among them, what is no function may not.
# Any other change of what PREVIOUS has is written by hand into the changes file, and only there and in REPLACED_ROOMS is
# CREATE OR REPLACE used. dev/test upgrade compares an updated database with a fresh one and prints what was forgotten.
# To release: copy both scripts to sql/updates (from then on those are installed and none is generated), list them in
# SHA256SUMS there, remove the changes file. To begin the next version: raise default_version in scoring.control, set
# PREVIOUS to what was released, empty both lists, begin a changes file and a file in test/kept.
PREVIOUS = 0.2.0
NEW_ROOMS = audit purpose protect publish protected_scorecard release subject
REPLACED_ROOMS = workspace

CORES = fault wire json number_core calendar_core profile_core \
	activity_core activity_merge_core activity_window_core activity_json_core \
	balance_history_core account_history_core account_core credit_file_core vintage_core \
	tally_core binning_core binning_fit_core binning_json_core \
	logistic_core model_core validation_core scorecard_core scorecard_regress_core audit_core publish_core \
	purpose_core
GLUE = scoring errors owner registry decimal moment value decoded profile row scan protected_scorecard \
	activity balance_history account_history credit_file vintage \
	tally binning logistic model validation scorecard scorecard_arguments scorecard_read scorecard_record \
	batch text_icu decision audit audit_rows audit_seal audit_verify purpose protect publish publish_read publish_plan publish_disclosure release subject

MODULE_big = scoring
OBJS = $(CORES:%=src/%.o) $(GLUE:%=src/%.o)
SQL_MODULES = $(SQL_ROOMS:%=sql/modules/%.sql)

UPDATE_ROOMS = $(filter $(NEW_ROOMS) $(REPLACED_ROOMS),$(SQL_ROOMS))
FULL_SCRIPT = sql/$(EXTENSION)--$(EXTVERSION).sql
UPDATE_SCRIPT = sql/$(EXTENSION)--$(PREVIOUS)--$(EXTVERSION).sql
CHANGES = sql/updates/changes-$(EXTVERSION).sql

DATA_built = $(filter-out $(patsubst sql/updates/%,sql/%,$(DATA)),$(FULL_SCRIPT) $(UPDATE_SCRIPT))
DATA := $(wildcard sql/updates/$(EXTENSION)--*.sql)
DOCS := $(wildcard docs/*.md)

REGRESS := $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=scoring
# Races, in sessions side by side. Expected output is beside that of the others.
ISOLATION := $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=. --load-extension=scoring
# No contraction of a*b+c, so that every CPU gives the same bits; C17 with the extensions PostgreSQL's own headers use.
PG_CFLAGS = -std=gnu17 -ffp-contract=off -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
	-Wno-ignored-optimization-argument -Wno-unknown-warning-option
# A server built with gcc hands clang gcc's flags, and its headers an attribute that clang has not.
ifneq ($(findstring clang,$(CC)),)
PG_CFLAGS += -Wno-ignored-attributes
endif
ifdef WERROR
PG_CFLAGS += -Werror
endif
# ICU, which the server is built with too. Override: a caller's own SHLIB_LINK is for more, not instead.
PG_CPPFLAGS += $(shell pkg-config --cflags icu-i18n icu-uc 2> /dev/null)
override SHLIB_LINK += $(shell pkg-config --libs icu-i18n icu-uc 2> /dev/null || echo -licui18n -licuuc)
EXTRA_CLEAN = $(FULL_SCRIPT) $(UPDATE_SCRIPT)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# JIT inlines functions from bitcode, for whatever CPU it runs on: the rule about contraction holds there too.
BITCODE_CFLAGS += -std=gnu17 -ffp-contract=off

# pg_regress looks for ./sql/TEST.sql before test/sql/TEST.sql.
ifneq ($(filter $(REGRESS:%=sql/%.sql),$(wildcard sql/*.sql)),)
$(error a file in sql/ has a test's name and would be run in its place)
endif

ifneq ($(filter $(REGRESS),$(ISOLATION)),)
$(error a file in test/specs has a test's name, and both would have one expected output)
endif

ifneq ($(filter-out $(SQL_ROOMS),$(NEW_ROOMS) $(REPLACED_ROOMS))$(filter $(NEW_ROOMS),$(REPLACED_ROOMS)),)
$(error NEW_ROOMS and REPLACED_ROOMS name rooms of SQL_ROOMS, none of them twice)
endif

# assemble SOURCES,COMMAND,FILES,REPLACED,PREVIOUS: an extension script from the files, with their @include lines expanded.
define assemble
	{ printf '%s\n' '-- Generated from $(1); do not edit.' \
	    '\echo Use "$(2)" to load this file. \quit' && \
	  awk -v directory=sql/templates -v replaced='$(4)' -v previous='$(5)' -f sql/templates/expand.awk $(3); } > $@.partial
	mv $@.partial $@
endef

$(FULL_SCRIPT): $(SQL_MODULES) $(wildcard sql/templates/*) Makefile scoring.control
	$(call assemble,sql/modules,CREATE EXTENSION scoring,$(SQL_MODULES))

$(UPDATE_SCRIPT): $(CHANGES) $(UPDATE_ROOMS:%=sql/modules/%.sql) $(wildcard sql/templates/*) Makefile scoring.control
	$(call assemble,$(CHANGES) and sql/modules,ALTER EXTENSION scoring UPDATE TO '\''$(EXTVERSION)'\'',$(CHANGES) $(UPDATE_ROOMS:%=sql/modules/%.sql),$(REPLACED_ROOMS:%=sql/modules/%.sql),sql/updates/$(EXTENSION)--$(PREVIOUS).sql)

$(OBJS): $(wildcard src/*.h)
