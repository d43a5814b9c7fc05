// A C interface to what IFFiles needs of Apache Arrow C++: Parquet files and byte streams.
//
// Every function that can fail returns an if_code; other than IF_OK it sets *error to a message that the caller
// frees with if_free. No C++ exception leaves a function. Handles are owned by the caller and closed once.
#ifndef INSIGHTFLOW_ARROW_SHIM_H
#define INSIGHTFLOW_ARROW_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum if_code {
  IF_OK = 0,
  IF_CORRUPT = 1,      // bytes that are not what the format says
  IF_IO = 2,           // the system refused
  IF_UNSUPPORTED = 3,  // valid, but not for this build
  IF_MEMORY = 4,       // not enough memory
  IF_INVALID = 5       // values that do not fit: an integer past 64 bits, lengths that disagree
} if_code;

// The types that cross this interface; whatever else a file holds is cast to one of them, or is IF_OTHER.
typedef enum if_kind {
  IF_OTHER = 0,
  IF_INT32 = 1,
  IF_INT64 = 2,
  IF_FLOAT = 3,
  IF_DOUBLE = 4,
  IF_BOOL = 5,
  IF_STRING = 6,
  IF_TIMESTAMP = 7,  // microseconds since 1970-01-01 UTC
  IF_INT32_LIST = 8,
  IF_INT64_LIST = 9,
  IF_FLOAT_LIST = 10,
  IF_STRING_LIST = 11,
  IF_NULL = 12  // a column without any value
} if_kind;

// Rows of one column, borrowed. Null where a part does not apply.
typedef struct if_array {
  int32_t kind;
  int64_t length;
  int64_t null_count;
  const uint8_t *validity;  // one bit a row, a set bit is a present value; null: all present
  int64_t validity_start;   // bit of the first row
  // Fixed width: the values. Strings: UTF-8. Lists: the elements (of list<string>: UTF-8).
  // Bool: one bit a row from bit `values_start` when read, one byte a row when written.
  const void *values;
  int64_t values_start;
  const int64_t *offsets;       // strings and lists: length + 1 positions in values (or in item_offsets)
  const int64_t *item_offsets;  // list<string>: positions of each string in values
  const uint8_t *item_validity;
  int64_t item_validity_start;
  int64_t item_null_count;
} if_array;

void if_free(char *message);
const char *if_arrow_version(void);

// ---- Reading Parquet ------------------------------------------------------------------------------------------

typedef struct if_parquet if_parquet;
typedef struct if_scan if_scan;

int32_t if_parquet_open(const char *path, if_parquet **out, char **error);

// Bytes that the caller fetches. `read` fills `out` with exactly `count` bytes from `position` and returns 0, or another
// number where it cannot; it may be called on any thread, several at once, and may block. `release` is called once, when
// the last reader has let go, also where opening fails.
typedef struct if_random_access {
  void *context;
  int64_t size;
  int32_t (*read)(void *context, int64_t position, int64_t count, uint8_t *out);
  void (*release)(void *context);
} if_random_access;

int32_t if_parquet_open_source(const if_random_access *source, if_parquet **out, char **error);
void if_parquet_close(if_parquet *file);
int64_t if_parquet_rows(const if_parquet *file);
int32_t if_parquet_group_count(const if_parquet *file);
int64_t if_parquet_group_rows(const if_parquet *file, int32_t group);
int32_t if_parquet_column_count(const if_parquet *file);
const char *if_parquet_column_name(const if_parquet *file, int32_t column);
const char *if_parquet_column_type(const if_parquet *file, int32_t column);
int32_t if_parquet_column_kind(const if_parquet *file, int32_t column);
bool if_parquet_column_nullable(const if_parquet *file, int32_t column);
// Where the chunks of a column's leaves lie: up to `capacity` pairs of position and length; returns how many there are.
int32_t if_parquet_chunks(const if_parquet *file, int32_t group, int32_t column, int64_t *pairs, int32_t capacity);

// Reads row groups in order. Several scans of one file may run at once, each on one thread.
// `buffered` bounds memory to pages; otherwise whole column chunks are fetched.
int32_t if_scan_open(const if_parquet *file, const int32_t *groups, int32_t group_count, const int32_t *columns,
                     int32_t column_count, int64_t batch_rows, bool buffered, if_scan **out, char **error);
// Moves to the next batch; *rows is 0 after the last.
int32_t if_scan_next(if_scan *scan, int64_t *rows, char **error);
// A column of the batch, valid until the next if_scan_next or if_scan_close.
if_array if_scan_column(const if_scan *scan, int32_t column);
void if_scan_close(if_scan *scan);

// ---- Writing Parquet ------------------------------------------------------------------------------------------

typedef enum if_encoding { IF_PLAIN = 0, IF_DICTIONARY = 1, IF_DELTA = 2 } if_encoding;

typedef struct if_field {
  const char *name;
  int32_t kind;
  int32_t encoding;
} if_field;

typedef struct if_write_options {
  const char *codec;  // none, snappy, gzip, zstd
  const char *created_by;
  int64_t row_group_rows;
  int32_t threads;  // columns encoded at once
} if_write_options;

typedef struct if_writer if_writer;

int32_t if_writer_open(const char *path, const if_field *fields, int32_t count, const if_write_options *options,
                       if_writer **out, char **error);
// Takes the bytes of a file in order. `write` returns 0, or another number where it cannot go on; it may block, and is
// called by one thread at a time. `release` is called once, when the writer is freed, also where opening fails.
typedef struct if_byte_sink {
  void *context;
  int32_t (*write)(void *context, const uint8_t *bytes, int64_t count);
  void (*release)(void *context);
} if_byte_sink;

int32_t if_writer_open_sink(const if_byte_sink *sink, const if_field *fields, int32_t count,
                            const if_write_options *options, if_writer **out, char **error);
// Reads the columns during the call only. `start` is the first row of each array to write.
int32_t if_writer_write(if_writer *writer, const if_array *columns, int32_t count, int64_t start, int64_t rows,
                        char **error);
// Writes the footer and frees the writer, whether or not it fails.
int32_t if_writer_close(if_writer *writer, char **error);
// Frees the writer without a footer.
void if_writer_discard(if_writer *writer);

// ---- Byte streams ---------------------------------------------------------------------------------------------

typedef struct if_source if_source;
typedef struct if_sink if_sink;

// Opens a file for reading from its beginning.
int32_t if_source_open(const char *path, if_source **out, char **error);
// Reads up to `capacity` bytes; *count is 0 at the end.
int32_t if_source_read(if_source *source, uint8_t *bytes, int64_t capacity, int64_t *count, char **error);
void if_source_close(if_source *source);

int32_t if_sink_open(const char *path, bool gzip, if_sink **out, char **error);
int32_t if_sink_write(if_sink *sink, const uint8_t *bytes, int64_t count, char **error);
// Flushes, closes and frees the sink, whether or not it fails.
int32_t if_sink_close(if_sink *sink, char **error);

#ifdef __cplusplus
}
#endif
#endif
