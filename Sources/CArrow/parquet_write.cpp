#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/compression.h>
#include <arrow/util/thread_pool.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <string>
#include <vector>

#include "callback_io.hpp"
#include "guard.hpp"

using arrow::ArrayData;
using arrow::Buffer;
using arrow::DataType;
using arrow::Result;
using arrow::Status;
using insightflow::guarded;

struct if_writer {
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<arrow::io::OutputStream> sink;
  std::shared_ptr<arrow::internal::ThreadPool> pool;
  std::unique_ptr<parquet::arrow::FileWriter> writer;
};

namespace {

Result<std::shared_ptr<DataType>> type_of(int32_t kind) {
  const auto list = [](std::shared_ptr<DataType> element) {
    return arrow::large_list(arrow::field("element", std::move(element)));
  };
  switch (kind) {
    case IF_INT32: return arrow::int32();
    case IF_INT64: return arrow::int64();
    case IF_FLOAT: return arrow::float32();
    case IF_DOUBLE: return arrow::float64();
    case IF_BOOL: return arrow::boolean();
    case IF_STRING: return arrow::large_utf8();
    case IF_TIMESTAMP: return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case IF_INT32_LIST: return list(arrow::int32());
    case IF_INT64_LIST: return list(arrow::int64());
    case IF_FLOAT_LIST: return list(arrow::float32());
    case IF_STRING_LIST: return list(arrow::large_utf8());
    default: return Status::NotImplemented("a column type that this writer does not know");
  }
}

std::shared_ptr<Buffer> wrap(const void *bytes, int64_t size) {
  static const uint8_t nothing[8] = {};
  return std::make_shared<Buffer>(bytes ? static_cast<const uint8_t *>(bytes) : nothing, bytes ? size : 0);
}

int64_t bitmap_bytes(int64_t bits) { return (bits + 7) / 8; }

// Booleans come as bytes: packed here, together with their validity, from bit 0.
Result<std::shared_ptr<ArrayData>> bool_data(const if_array &column, int64_t start, int64_t rows) {
  ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(rows));
  const auto *bytes = static_cast<const uint8_t *>(column.values) + start;
  for (int64_t row = 0; row < rows; row++)
    if (bytes[row]) bits->mutable_data()[row >> 3] |= static_cast<uint8_t>(1 << (row & 7));
  std::shared_ptr<Buffer> validity;
  if (column.validity) {
    ARROW_ASSIGN_OR_RAISE(validity, arrow::internal::CopyBitmap(arrow::default_memory_pool(), column.validity,
                                                                start, rows));
  }
  return ArrayData::Make(arrow::boolean(), rows, {validity, std::shared_ptr<Buffer>(std::move(bits))});
}

std::shared_ptr<ArrayData> items_data(const if_array &column, const std::shared_ptr<DataType> &type, int64_t count) {
  std::shared_ptr<Buffer> validity;
  if (column.item_validity) validity = wrap(column.item_validity, bitmap_bytes(count));
  if (type->id() == arrow::Type::LARGE_STRING) {
    const int64_t bytes = column.item_offsets[count];
    return ArrayData::Make(type, count,
                           {validity, wrap(column.item_offsets, (count + 1) * 8), wrap(column.values, bytes)});
  }
  const int64_t width = type->id() == arrow::Type::INT64 ? 8 : 4;
  return ArrayData::Make(type, count, {validity, wrap(column.values, count * width)});
}

Result<std::shared_ptr<arrow::Array>> array_of(const if_array &column, const std::shared_ptr<DataType> &type,
                                               int64_t start, int64_t rows) {
  const int64_t end = start + rows;
  if (end > column.length) return Status::Invalid("a column is shorter than the table");
  if (type->id() == arrow::Type::BOOL) {
    ARROW_ASSIGN_OR_RAISE(auto data, bool_data(column, start, rows));
    return arrow::MakeArray(data);
  }
  std::shared_ptr<Buffer> validity;
  if (column.validity) validity = wrap(column.validity, bitmap_bytes(end));
  std::shared_ptr<ArrayData> data;
  if (type->id() == arrow::Type::LARGE_STRING) {
    data = ArrayData::Make(type, rows,
                           {validity, wrap(column.offsets, (end + 1) * 8), wrap(column.values, column.offsets[end])},
                           arrow::kUnknownNullCount, start);
  } else if (type->id() == arrow::Type::LARGE_LIST) {
    auto items = items_data(column, type->field(0)->type(), column.offsets[end]);
    data = ArrayData::Make(type, rows, {validity, wrap(column.offsets, (end + 1) * 8)}, {items},
                           arrow::kUnknownNullCount, start);
  } else {
    const int64_t width = static_cast<const arrow::FixedWidthType &>(*type).bit_width() / 8;
    data = ArrayData::Make(type, rows, {validity, wrap(column.values, end * width)}, arrow::kUnknownNullCount, start);
  }
  return arrow::MakeArray(data);
}

Result<std::shared_ptr<parquet::WriterProperties>> properties(const arrow::Schema &schema, const if_field *fields,
                                                              const if_write_options &options) {
  const std::string codec = options.codec;
  arrow::Compression::type compression = arrow::Compression::UNCOMPRESSED;
  if (codec != "none") {
    ARROW_ASSIGN_OR_RAISE(compression, arrow::util::Codec::GetCompressionType(codec));
  }
  parquet::WriterProperties::Builder builder;
  builder.compression(compression);
  builder.created_by(options.created_by);
  builder.max_row_group_length(options.row_group_rows);
  builder.enable_page_checksum();
  for (int i = 0; i < schema.num_fields(); i++) {
    std::string path = schema.field(i)->name();
    if (schema.field(i)->type()->id() == arrow::Type::LARGE_LIST) path += ".list.element";
    if (fields[i].encoding != IF_DICTIONARY) builder.disable_dictionary(path);
    if (fields[i].encoding == IF_DELTA) builder.encoding(path, parquet::Encoding::DELTA_BINARY_PACKED);
  }
  return builder.build();
}

// `open_sink` is called when everything else is known to be well, so that no file is made for nothing.
template <typename OpenSink>
Status open_writer(OpenSink open_sink, const if_field *fields, int32_t count, const if_write_options &options,
                   if_writer **out) {
  auto made = std::make_unique<if_writer>();
  arrow::FieldVector schema;
  for (int32_t i = 0; i < count; i++) {
    ARROW_ASSIGN_OR_RAISE(auto type, type_of(fields[i].kind));
    schema.push_back(arrow::field(fields[i].name, std::move(type)));
  }
  made->schema = arrow::schema(std::move(schema));
  ARROW_ASSIGN_OR_RAISE(auto write, properties(*made->schema, fields, options));
  parquet::ArrowWriterProperties::Builder arrow_properties;
  if (options.threads > 1 && count > 1) {
    // A pool of our own: the process-wide one would be shared with whatever else uses Arrow.
    ARROW_ASSIGN_OR_RAISE(made->pool, arrow::internal::ThreadPool::Make(options.threads));
    arrow_properties.set_use_threads(true);
    arrow_properties.set_executor(made->pool.get());
  }
  ARROW_ASSIGN_OR_RAISE(made->sink, open_sink());
  ARROW_ASSIGN_OR_RAISE(made->writer,
                        parquet::arrow::FileWriter::Open(*made->schema, arrow::default_memory_pool(), made->sink,
                                                         std::move(write), arrow_properties.build()));
  *out = made.release();
  return Status::OK();
}

}  // namespace

int32_t if_writer_open(const char *path, const if_field *fields, int32_t count, const if_write_options *options,
                       if_writer **out, char **error) {
  return guarded(error, [&]() -> Status {
    const auto file = [&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> {
      ARROW_ASSIGN_OR_RAISE(auto opened, arrow::io::FileOutputStream::Open(path));
      return opened;
    };
    return open_writer(file, fields, count, *options, out);
  });
}

int32_t if_writer_open_sink(const if_byte_sink *sink, const if_field *fields, int32_t count,
                            const if_write_options *options, if_writer **out, char **error) {
  return guarded(error, [&]() -> Status {
    // First, so that the sink is released whatever fails.
    const auto stream = insightflow::output_stream(*sink);
    return open_writer([&]() -> Result<std::shared_ptr<arrow::io::OutputStream>> { return stream; }, fields, count,
                       *options, out);
  });
}

int32_t if_writer_write(if_writer *writer, const if_array *columns, int32_t count, int64_t start, int64_t rows,
                        char **error) {
  return guarded(error, [&]() -> Status {
    if (count != writer->schema->num_fields()) return Status::Invalid("another number of columns than the schema");
    arrow::ArrayVector arrays;
    for (int32_t i = 0; i < count; i++) {
      ARROW_ASSIGN_OR_RAISE(auto array, array_of(columns[i], writer->schema->field(i)->type(), start, rows));
      arrays.push_back(std::move(array));
    }
    return writer->writer->WriteRecordBatch(*arrow::RecordBatch::Make(writer->schema, rows, std::move(arrays)));
  });
}

int32_t if_writer_close(if_writer *writer, char **error) {
  const std::unique_ptr<if_writer> owned(writer);
  return guarded(error, [&]() -> Status {
    ARROW_RETURN_NOT_OK(owned->writer->Close());
    return owned->sink->Close();
  });
}

void if_writer_discard(if_writer *writer) {
  // Arrow's writer finishes the file when it is destroyed; what it writes then is of no interest.
  guarded(nullptr, [&]() -> Status {
    delete writer;
    return Status::OK();
  });
}
