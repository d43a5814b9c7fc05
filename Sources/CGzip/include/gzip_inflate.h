// A C interface to what IFFiles needs of ISA-L: decompressing the members of a gzip file as its bytes arrive.
//
// The state of ISA-L is 85 KB of tables that Swift would import as tuples; here it is opaque.
#ifndef INSIGHTFLOW_GZIP_INFLATE_H
#define INSIGHTFLOW_GZIP_INFLATE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum if_gzip_status {
  IF_GZIP_MORE = 0,          // needs more input, or more room
  IF_GZIP_MEMBER_END = 1,    // the member is complete; its checksum and length are right
  IF_GZIP_NOT_GZIP = -1,     // no gzip header here, or its own checksum is wrong
  IF_GZIP_UNSUPPORTED = -2,  // a gzip header that names another method than deflate
  IF_GZIP_DAMAGED = -3,      // the compressed bytes mean nothing
  IF_GZIP_CHECKSUM = -4      // the text is not what was compressed: CRC-32 or length differ
} if_gzip_status;

typedef struct if_gzip if_gzip;

// A decompressor at the beginning of a member; null without memory. The caller frees it.
if_gzip *if_gzip_create(void);
void if_gzip_free(if_gzip *gzip);
// Makes ready for the next member.
void if_gzip_reset(if_gzip *gzip);
// Decompresses from `input` into `output` until one is used up or the member ends, and tells how much was consumed and
// produced. With the input used up, call on while it produces: text may be held back. Sixteen bytes beyond the input must
// be readable: of damaged bytes ISA-L may look at some beyond the end.
if_gzip_status if_gzip_run(if_gzip *gzip, const uint8_t *input, int64_t available, int64_t *consumed, uint8_t *output,
                           int64_t room, int64_t *produced);
// The version of ISA-L this was compiled with, such as 2.30.0.
const char *if_gzip_library_version(void);

#ifdef __cplusplus
}
#endif
#endif
