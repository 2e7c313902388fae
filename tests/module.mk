# each a program of its own: tests/unit/NAME.c
UNIT_TESTS :=

UNIT_LIBS := -lcmocka
UNIT_BINS := $(UNIT_TESTS:%=$(B)/tests/unit/%)
UNIT_SAN_BINS := $(UNIT_TESTS:%=$(B)/san/tests/unit/%)

$(UNIT_BINS): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(B)/libdevpoke.a
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(UNIT_LIBS) $(STATIC_LIBS)

$(UNIT_SAN_BINS): $(B)/san/tests/unit/%: $(B)/san/tests/unit/%.o $(SAN_LIB_OBJS)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $^ $(UNIT_LIBS) $(SHARED_LIBS)

.PHONY: check-all unit
unit: $(UNIT_BINS)
	@for t in $(UNIT_BINS); do $$t || exit 1; done

check-all: all
	@tests/run
