#include <arrow/io/file.h>
#include <arrow/util/config.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <string>
#include <vector>

#include "callback_io.hpp"
#include "canonical.hpp"
#include "guard.hpp"

using arrow::Result;
using arrow::Status;
using insightflow::guarded;

struct if_parquet {
  struct Column {
    std::string name;
    std::string description;
    std::shared_ptr<arrow::DataType> type;  // null: unsupported
    std::vector<int> leaves;
    int32_t kind = IF_OTHER;
    bool nullable = true;
  };
  std::shared_ptr<arrow::io::RandomAccessFile> input;
  std::shared_ptr<parquet::FileMetaData> metadata;
  std::vector<Column> columns;
  // Whether the bytes come from afar: then a piece of a column chunk is read at once, rather than a few kilobytes.
  bool is_remote = false;
};

struct if_scan {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  std::unique_ptr<parquet::arrow::FileReader> reader;
  std::shared_ptr<arrow::RecordBatchReader> batches;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
};

namespace {

// Of a column chunk that comes from afar; what a scan holds beside the page that it decodes.
constexpr int64_t remote_piece = 1 << 20;

parquet::ReaderProperties reader_properties(bool buffered, bool is_remote) {
  parquet::ReaderProperties properties;
  properties.set_page_checksum_verification(true);
  if (buffered || is_remote) properties.enable_buffered_stream();
  if (is_remote) properties.set_buffer_size(remote_piece);
  return properties;
}

// Parquet reports some damage as invalid arguments; here those are values that do not fit, so damage is told apart.
Status damage(const Status &status) { return status.IsInvalid() ? Status::IOError(status.message()) : status; }

Result<std::unique_ptr<parquet::arrow::FileReader>> open_reader(
    const std::shared_ptr<arrow::io::RandomAccessFile> &input, std::shared_ptr<parquet::FileMetaData> metadata,
    int64_t batch_rows, bool buffered, bool is_remote) {
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  properties.set_batch_size(batch_rows);
  properties.set_pre_buffer(false);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(damage(builder.Open(input, reader_properties(buffered, is_remote), std::move(metadata))));
  builder.properties(properties);
  std::unique_ptr<parquet::arrow::FileReader> reader;
  ARROW_RETURN_NOT_OK(damage(builder.Build(&reader)));
  return reader;
}

void collect_leaves(const parquet::arrow::SchemaField &field, std::vector<int> &out) {
  if (field.column_index >= 0) out.push_back(field.column_index);
  for (const auto &child : field.children) collect_leaves(child, out);
}

// Buffers are sized by the footer's counts before any page is read, so the counts must agree with each other.
Status check_counts(const parquet::FileMetaData &metadata) {
  int64_t total = 0;
  for (int group = 0; group < metadata.num_row_groups(); group++) {
    const auto rows = metadata.RowGroup(group);
    if (rows->num_rows() < 0 || rows->num_columns() != metadata.num_columns())
      return Status::IOError("row group ", group, " of the footer has impossible counts");
    for (int column = 0; column < rows->num_columns(); column++) {
      const auto *descriptor = metadata.schema()->Column(column);
      const int64_t values = rows->ColumnChunk(column)->num_values();
      const bool flat = descriptor->max_repetition_level() == 0;
      if (values < 0 || (flat ? values != rows->num_rows() : values < rows->num_rows()))
        return Status::IOError("the footer counts ", values, " values of ", descriptor->path()->ToDotString(),
                               " in a row group of ", rows->num_rows(), " rows");
    }
    if (__builtin_add_overflow(total, rows->num_rows(), &total))
      return Status::IOError("the footer's row counts overflow");
  }
  if (total != metadata.num_rows())
    return Status::IOError("the footer counts ", metadata.num_rows(), " rows, its row groups ", total);
  return Status::OK();
}

std::string describe(const arrow::Field &field, const parquet::arrow::SchemaField &schema,
                     const parquet::SchemaDescriptor &descriptor) {
  std::string text = field.type()->ToString();
  if (schema.column_index >= 0)
    text += " (" + parquet::TypeToString(descriptor.Column(schema.column_index)->physical_type()) + ")";
  return text;
}

Status read_footer(if_parquet &file) {
  ARROW_ASSIGN_OR_RAISE(auto reader, open_reader(file.input, nullptr, 1 << 16, false, file.is_remote));
  file.metadata = reader->parquet_reader()->metadata();
  ARROW_RETURN_NOT_OK(check_counts(*file.metadata));
  for (const auto &field : reader->manifest().schema_fields) {
    if_parquet::Column column;
    column.name = field.field->name();
    column.description = describe(*field.field, field, *file.metadata->schema());
    column.type = insightflow::canonical_type(*field.field->type());
    column.kind = column.type ? insightflow::kind_of(*column.type) : IF_OTHER;
    column.nullable = field.field->nullable();
    collect_leaves(field, column.leaves);
    file.columns.push_back(std::move(column));
  }
  return Status::OK();
}

}  // namespace

int32_t if_parquet_open(const char *path, if_parquet **out, char **error) {
  return guarded(error, [&]() -> Status {
    auto file = std::make_unique<if_parquet>();
    ARROW_ASSIGN_OR_RAISE(file->input, arrow::io::ReadableFile::Open(path));
    ARROW_RETURN_NOT_OK(read_footer(*file));
    *out = file.release();
    return Status::OK();
  });
}

int32_t if_parquet_open_source(const if_random_access *source, if_parquet **out, char **error) {
  return guarded(error, [&]() -> Status {
    auto file = std::make_unique<if_parquet>();
    file->input = insightflow::random_access(*source);
    file->is_remote = true;
    ARROW_RETURN_NOT_OK(read_footer(*file));
    *out = file.release();
    return Status::OK();
  });
}

void if_parquet_close(if_parquet *file) { delete file; }

int64_t if_parquet_rows(const if_parquet *file) { return file->metadata->num_rows(); }

int32_t if_parquet_group_count(const if_parquet *file) { return file->metadata->num_row_groups(); }

int64_t if_parquet_group_rows(const if_parquet *file, int32_t group) {
  return file->metadata->RowGroup(group)->num_rows();
}

int32_t if_parquet_column_count(const if_parquet *file) { return static_cast<int32_t>(file->columns.size()); }

const char *if_parquet_column_name(const if_parquet *file, int32_t column) {
  return file->columns[static_cast<size_t>(column)].name.c_str();
}

const char *if_parquet_column_type(const if_parquet *file, int32_t column) {
  return file->columns[static_cast<size_t>(column)].description.c_str();
}

int32_t if_parquet_column_kind(const if_parquet *file, int32_t column) {
  return file->columns[static_cast<size_t>(column)].kind;
}

bool if_parquet_column_nullable(const if_parquet *file, int32_t column) {
  return file->columns[static_cast<size_t>(column)].nullable;
}

int32_t if_parquet_chunks(const if_parquet *file, int32_t group, int32_t column, int64_t *pairs, int32_t capacity) {
  int32_t count = 0;
  // What cannot be told is not planned for: the scan, which can say what is wrong, meets it again.
  guarded(nullptr, [&]() -> Status {
    const auto rows = file->metadata->RowGroup(group);
    for (const int leaf : file->columns[static_cast<size_t>(column)].leaves) {
      const auto chunk = rows->ColumnChunk(leaf);
      int64_t start = chunk->data_page_offset();
      if (chunk->has_dictionary_page() && chunk->dictionary_page_offset() > 0)
        start = std::min(start, chunk->dictionary_page_offset());
      if (count < capacity) {
        pairs[2 * count] = start;
        pairs[2 * count + 1] = chunk->total_compressed_size();
      }
      count++;
    }
    return Status::OK();
  });
  return count;
}

int32_t if_scan_open(const if_parquet *file, const int32_t *groups, int32_t group_count, const int32_t *columns,
                     int32_t column_count, int64_t batch_rows, bool buffered, if_scan **out, char **error) {
  return guarded(error, [&]() -> Status {
    auto scan = std::make_unique<if_scan>();
    // Each scan has a reader of its own over the shared footer: readers are not safe to share between threads.
    ARROW_ASSIGN_OR_RAISE(scan->reader, open_reader(file->input, file->metadata, batch_rows, buffered, file->is_remote));
    std::vector<int> leaves;
    for (int32_t i = 0; i < column_count; i++) {
      const auto &column = file->columns.at(static_cast<size_t>(columns[i]));
      if (!column.type) return Status::NotImplemented("column ", column.name, " is of type ", column.description);
      leaves.insert(leaves.end(), column.leaves.begin(), column.leaves.end());
      scan->types.push_back(column.type);
    }
    const std::vector<int> wanted(groups, groups + group_count);
#if ARROW_VERSION_MAJOR >= 21
    ARROW_ASSIGN_OR_RAISE(scan->batches, scan->reader->GetRecordBatchReader(wanted, leaves));
#else
    std::unique_ptr<arrow::RecordBatchReader> batches;
    ARROW_RETURN_NOT_OK(scan->reader->GetRecordBatchReader(wanted, leaves, &batches));
    scan->batches = std::move(batches);
#endif
    *out = scan.release();
    return Status::OK();
  });
}

int32_t if_scan_next(if_scan *scan, int64_t *rows, char **error) {
  *rows = 0;
  return guarded(error, [&]() -> Status {
    std::shared_ptr<arrow::RecordBatch> batch;
    scan->arrays.clear();
    do {
      ARROW_RETURN_NOT_OK(damage(scan->batches->ReadNext(&batch)));
      if (!batch) return Status::OK();
    } while (batch->num_rows() == 0);
    if (batch->num_columns() != static_cast<int>(scan->types.size()))
      return Status::IOError("a batch has another number of columns than the schema");
    for (int i = 0; i < batch->num_columns(); i++) {
      ARROW_ASSIGN_OR_RAISE(auto array,
                            insightflow::canonical_array(batch->column(i), scan->types[static_cast<size_t>(i)]));
      scan->arrays.push_back(std::move(array));
    }
    *rows = batch->num_rows();
    return Status::OK();
  });
}

if_array if_scan_column(const if_scan *scan, int32_t column) {
  return insightflow::view_of(*scan->arrays[static_cast<size_t>(column)]);
}

void if_scan_close(if_scan *scan) { delete scan; }
