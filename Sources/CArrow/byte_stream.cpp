#include <arrow/io/compressed.h>
#include <arrow/io/file.h>
#include <arrow/util/compression.h>
#include <arrow/util/config.h>

#include <memory>

#include "guard.hpp"

using arrow::Status;
using insightflow::guarded;

struct if_source {
  std::shared_ptr<arrow::io::InputStream> stream;
};

struct if_sink {
  std::unique_ptr<arrow::util::Codec> codec;
  std::shared_ptr<arrow::io::OutputStream> file;
  std::shared_ptr<arrow::io::OutputStream> stream;
};

void if_free(char *message) { free(message); }

const char *if_arrow_version(void) { return ARROW_VERSION_STRING; }

int32_t if_source_open(const char *path, if_source **out, char **error) {
  return guarded(error, [&]() -> Status {
    auto source = std::make_unique<if_source>();
    ARROW_ASSIGN_OR_RAISE(source->stream, arrow::io::ReadableFile::Open(path));
    *out = source.release();
    return Status::OK();
  });
}

int32_t if_source_read(if_source *source, uint8_t *bytes, int64_t capacity, int64_t *count, char **error) {
  *count = 0;
  return guarded(error, [&]() -> Status { return source->stream->Read(capacity, bytes).Value(count); });
}

void if_source_close(if_source *source) { delete source; }

int32_t if_sink_open(const char *path, bool gzip, if_sink **out, char **error) {
  return guarded(error, [&]() -> Status {
    auto sink = std::make_unique<if_sink>();
    ARROW_ASSIGN_OR_RAISE(sink->file, arrow::io::FileOutputStream::Open(path));
    sink->stream = sink->file;
    if (gzip) {
      ARROW_ASSIGN_OR_RAISE(sink->codec, arrow::util::Codec::Create(arrow::Compression::GZIP, 6));
      ARROW_ASSIGN_OR_RAISE(sink->stream, arrow::io::CompressedOutputStream::Make(sink->codec.get(), sink->file));
    }
    *out = sink.release();
    return Status::OK();
  });
}

int32_t if_sink_write(if_sink *sink, const uint8_t *bytes, int64_t count, char **error) {
  return guarded(error, [&]() -> Status { return sink->stream->Write(bytes, count); });
}

int32_t if_sink_close(if_sink *sink, char **error) {
  const std::unique_ptr<if_sink> owned(sink);
  return guarded(error, [&]() -> Status {
    ARROW_RETURN_NOT_OK(owned->stream->Close());
    return owned->file->Close();
  });
}
