#include "gzip_inflate.h"

#include <isa-l.h>
#include <stdbool.h>
#include <stdlib.h>

struct if_gzip {
  struct inflate_state state;
  // Headers are read apart: isal_inflate keeps what it knows of one on its stack, and forgets it when the input ends
  // within (2.30).
  struct isal_gzip_header header;
  bool in_header;
};

void if_gzip_reset(if_gzip *gzip) {
  isal_inflate_reset(&gzip->state);
  gzip->state.crc_flag = ISAL_GZIP_NO_HDR_VER;  // the trailer is checked
  isal_gzip_header_init(&gzip->header);
  gzip->in_header = true;
}

if_gzip *if_gzip_create(void) {
  if_gzip *gzip = calloc(1, sizeof *gzip);
  if (gzip) {
    isal_inflate_init(&gzip->state);
    if_gzip_reset(gzip);
  }
  return gzip;
}

void if_gzip_free(if_gzip *gzip) { free(gzip); }

static if_gzip_status status_of(int code, bool in_header) {
  switch (code) {
    case ISAL_INVALID_WRAPPER: return IF_GZIP_NOT_GZIP;
    case ISAL_UNSUPPORTED_METHOD: return IF_GZIP_UNSUPPORTED;
    case ISAL_INCORRECT_CHECKSUM: return in_header ? IF_GZIP_NOT_GZIP : IF_GZIP_CHECKSUM;
    default: return code < 0 ? IF_GZIP_DAMAGED : IF_GZIP_MORE;
  }
}

if_gzip_status if_gzip_run(if_gzip *gzip, const uint8_t *input, int64_t available, int64_t *consumed, uint8_t *output,
                           int64_t room, int64_t *produced) {
  struct inflate_state *state = &gzip->state;
  const int64_t most = 1 << 30;  // ISA-L counts in 32 bits
  const uint32_t in = (uint32_t)(available < most ? available : most);
  const uint32_t out = (uint32_t)(room < most ? room : most);
  state->next_in = (uint8_t *)input;  // only read
  state->avail_in = in;
  state->next_out = output;
  state->avail_out = out;
  int code = ISAL_DECOMP_OK;
  if (gzip->in_header) {
    code = isal_read_gzip_header(state, &gzip->header);
    if (code == ISAL_DECOMP_OK) gzip->in_header = false;
  }
  if (!gzip->in_header) code = isal_inflate(state);
  // Of damaged bytes ISA-L may claim to have consumed more than there are.
  *consumed = state->avail_in <= in ? in - state->avail_in : in;
  *produced = out - state->avail_out;
  if (code == ISAL_DECOMP_OK && state->block_state == ISAL_BLOCK_FINISH) return IF_GZIP_MEMBER_END;
  return status_of(code, gzip->in_header);
}

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *if_gzip_library_version(void) {
  return TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "." TEXT(ISAL_PATCH_VERSION);
}
