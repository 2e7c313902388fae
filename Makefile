# devpoke: make | make demo | make check | make install | make lint | make format | make clean
# Source lists are explicit and sorted: lib/module.mk, cmd/module.mk, tests/module.mk.

ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
PKG_CONFIG ?= pkg-config
INSTALL ?= install

VERSION := $(shell sed -n 's/^\#define DP_VERSION "\(.*\)"/\1/p' lib/devpoke.h)
SONAME := libdevpoke.so.0
B := build

# V=1 shows the commands
ifeq ($(V),)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
else
Q :=
say = @:
endif

.DEFAULT_GOAL := all

include lib/module.mk
include cmd/module.mk
include tests/module.mk

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
# `make check` says so: a compiler that nobody here has seen must not keep a user from building
ifneq ($(WERROR),)
WARN += -Werror
endif
# expanded late: on a fresh machine the packages come with the first target
LIBS_CFLAGS = $(shell $(PKG_CONFIG) --cflags yaml-0.1 json-c expat libpci)
DP_CFLAGS = -std=c11 -D_GNU_SOURCE -Ilib $(WARN) -fvisibility=hidden -fPIC -MMD -MP $(LIBS_CFLAGS)
# registers have widths: the library converts no integer without saying so
$(LIB_SRCS:%.c=$(B)/%.o) $(LIB_SRCS:%.c=$(B)/san/%.o): WARN += -Wconversion
SAN_CFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g

# Linked statically where the archive exists: each shared library costs start-up time
# (figures in HACKING.md).
STATIC_LIBS := -Wl,--as-needed -Wl,-Bstatic -lyaml -ljson-c -lexpat -Wl,-Bdynamic -lc -ldl -lm
SHARED_LIBS := -lyaml -ljson-c -lexpat -ldl -lm

LIB_OBJS := $(LIB_SRCS:%.c=$(B)/%.o)
CMD_OBJS := $(CMD_SRCS:%.c=$(B)/%.o)
SAN_LIB_OBJS := $(LIB_SRCS:%.c=$(B)/san/%.o)
SAN_CMD_OBJS := $(CMD_SRCS:%.c=$(B)/san/%.o)

.PHONY: all demo check fuzz install uninstall lint format format-check clean setup-build FORCE

all: $(B)/devpoke $(B)/$(SONAME) $(B)/devpoke.pc

$(B)/devpoke: $(CMD_OBJS) $(B)/libdevpoke.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@.new $^ $(STATIC_LIBS) && mv -f $@.new $@

$(B)/san/devpoke: $(SAN_CMD_OBJS) $(SAN_LIB_OBJS)
	$(call say,LD,$@)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@.new $^ $(SHARED_LIBS) && mv -f $@.new $@

$(B)/libdevpoke.a: $(LIB_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/$(SONAME): $(LIB_OBJS) lib/libdevpoke.map
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
		-Wl,--version-script,lib/libdevpoke.map -o $@ $(LIB_OBJS) $(SHARED_LIBS)
	$(Q)ln -sf $(SONAME) $(B)/libdevpoke.so

# the folders that are compiled in: `make install PREFIX=...` after a plain make must notice
$(B)/folders: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(PREFIX) $(LIBDIR) $(INCLUDEDIR) $(DATADIR)' | cmp -s - $@ || \
		echo '$(PREFIX) $(LIBDIR) $(INCLUDEDIR) $(DATADIR)' > $@

$(B)/cmd/env.o $(B)/san/cmd/env.o: $(B)/folders

$(B)/devpoke.pc: lib/devpoke.pc.in $(B)/folders
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@VERSION@|$(VERSION)|' $< > $@

$(B)/san/%.o: %.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DP_CFLAGS) $(CMD_DEFS) $(SAN_CFLAGS) -c -o $@ $<

$(B)/%.o: %.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(DP_CFLAGS) $(CMD_DEFS) $(CFLAGS) -c -o $@ $<

setup-build:
	@tests/setup/install build

demo:
	@tests/setup/install build demo
	@$(MAKE) --no-print-directory all
	@tests/demo

check:
	@tests/setup/install build demo check fuzz
	@$(MAKE) --no-print-directory check-all WERROR=1

# SECONDS of each harness in tests/fuzz
fuzz:
	@tests/setup/install build fuzz
	@$(MAKE) --no-print-directory fuzz-bins
	@tests/fuzz/run $(or $(SECONDS),60)

install: all
	$(INSTALL) -d "$(DESTDIR)$(BINDIR)" "$(DESTDIR)$(LIBDIR)/pkgconfig" "$(DESTDIR)$(INCLUDEDIR)" \
		"$(DESTDIR)$(DATADIR)/devpoke/devices" "$(DESTDIR)$(MANDIR)/man1" "$(DESTDIR)$(MANDIR)/man5"
	$(INSTALL) -m 755 $(B)/devpoke "$(DESTDIR)$(BINDIR)/devpoke"
	$(INSTALL) -m 644 $(B)/libdevpoke.a "$(DESTDIR)$(LIBDIR)/"
	$(INSTALL) -m 755 $(B)/$(SONAME) "$(DESTDIR)$(LIBDIR)/"
	ln -sf $(SONAME) "$(DESTDIR)$(LIBDIR)/libdevpoke.so"
	$(INSTALL) -m 644 $(B)/devpoke.pc "$(DESTDIR)$(LIBDIR)/pkgconfig/"
	$(INSTALL) -m 644 lib/devpoke.h "$(DESTDIR)$(INCLUDEDIR)/"
	$(INSTALL) -m 644 devices/*.yaml "$(DESTDIR)$(DATADIR)/devpoke/devices/"
	$(INSTALL) -m 644 man/*.1 "$(DESTDIR)$(MANDIR)/man1/"
	$(INSTALL) -m 644 man/*.5 "$(DESTDIR)$(MANDIR)/man5/"
	$(INSTALL) -d "$(DESTDIR)$(BASHCOMPDIR)" "$(DESTDIR)$(ZSHCOMPDIR)" "$(DESTDIR)$(FISHCOMPDIR)"
	$(INSTALL) -m 644 completions/devpoke.bash "$(DESTDIR)$(BASHCOMPDIR)/devpoke"
	$(INSTALL) -m 644 completions/_devpoke "$(DESTDIR)$(ZSHCOMPDIR)/"
	$(INSTALL) -m 644 completions/devpoke.fish "$(DESTDIR)$(FISHCOMPDIR)/"

# quoted: unquoted, a DESTDIR with a blank would remove what stands before the blank
uninstall:
	rm -f "$(DESTDIR)$(BINDIR)/devpoke" "$(DESTDIR)$(INCLUDEDIR)/devpoke.h" \
		"$(DESTDIR)$(LIBDIR)/libdevpoke.a" "$(DESTDIR)$(LIBDIR)/libdevpoke.so" \
		"$(DESTDIR)$(LIBDIR)/$(SONAME)" "$(DESTDIR)$(LIBDIR)/pkgconfig/devpoke.pc" \
		$(patsubst man/%,"$(DESTDIR)$(MANDIR)/man1/%",$(wildcard man/*.1)) \
		$(patsubst man/%,"$(DESTDIR)$(MANDIR)/man5/%",$(wildcard man/*.5))
	rm -f "$(DESTDIR)$(BASHCOMPDIR)/devpoke" "$(DESTDIR)$(ZSHCOMPDIR)/_devpoke" \
		"$(DESTDIR)$(FISHCOMPDIR)/devpoke.fish"
	rm -rf "$(DESTDIR)$(DATADIR)/devpoke"

C_FILES = $(shell git ls-files '*.c' '*.h' 2>/dev/null || find lib cmd tests -name '*.[ch]')
SHELL_FILES = .ci/run tests/bench/run tests/demo tests/run tests/setup/install \
	tests/vm/agent tests/vm/boot tests/vm/init tests/vm/kernel

format:
	clang-format -i $(C_FILES)

format-check:
	@clang-format --dry-run -Werror $(C_FILES)

lint: format-check $(B)/devpoke
	@shellcheck $(SHELL_FILES)
	@$(B)/devpoke desc lint devices/*.yaml

clean:
	rm -rf $(B)

-include $(LIB_OBJS:.o=.d) $(CMD_OBJS:.o=.d) $(SAN_LIB_OBJS:.o=.d) $(SAN_CMD_OBJS:.o=.d)
