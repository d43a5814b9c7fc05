#include "callback_io.hpp"

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <algorithm>
#include <mutex>
#include <utility>

using arrow::Result;
using arrow::Status;

namespace {

// The caller keeps the reason of a failure; this text is for readers of Arrow's own messages.
Status refused(const char *action, int64_t position, int64_t count) {
  return Status::IOError("could not ", action, " bytes ", position, " to ", position + count);
}

class RandomAccess final : public arrow::io::RandomAccessFile {
 public:
  explicit RandomAccess(const if_random_access &source) : source_(source) {}
  ~RandomAccess() override { source_.release(source_.context); }

  Result<int64_t> GetSize() override { return source_.size; }

  Result<int64_t> ReadAt(int64_t position, int64_t count, void *out) override {
    if (position < 0 || count < 0) return Status::Invalid("a range before the beginning of the file");
    const int64_t there = std::max<int64_t>(0, std::min(count, source_.size - position));
    if (there == 0) return 0;
    if (source_.read(source_.context, position, there, static_cast<uint8_t *>(out)) != 0)
      return refused("read", position, there);
    return there;
  }

  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t count) override {
    if (position < 0 || count < 0) return Status::Invalid("a range before the beginning of the file");
    // A damaged footer can claim any length; no more is allocated than there is to read.
    const int64_t there = std::max<int64_t>(0, std::min(count, source_.size - position));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(there));
    ARROW_ASSIGN_OR_RAISE(const int64_t done, ReadAt(position, there, buffer->mutable_data()));
    if (done != there) return refused("read", position, there);
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }

  // One position for all who read in order; the readers of Parquet read at positions of their own.
  Result<int64_t> Read(int64_t count, void *out) override {
    const std::lock_guard<std::mutex> guard(mutex_);
    ARROW_ASSIGN_OR_RAISE(const int64_t done, ReadAt(position_, count, out));
    position_ += done;
    return done;
  }

  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
    const std::lock_guard<std::mutex> guard(mutex_);
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, count));
    position_ += buffer->size();
    return buffer;
  }

  Status Seek(int64_t position) override {
    if (position < 0) return Status::Invalid("a position before the beginning of the file");
    const std::lock_guard<std::mutex> guard(mutex_);
    position_ = position;
    return Status::OK();
  }

  Result<int64_t> Tell() const override {
    const std::lock_guard<std::mutex> guard(mutex_);
    return position_;
  }

  Status Close() override {
    is_closed_ = true;
    return Status::OK();
  }

  bool closed() const override { return is_closed_; }

 private:
  const if_random_access source_;
  mutable std::mutex mutex_;
  int64_t position_ = 0;
  bool is_closed_ = false;
};

class Output final : public arrow::io::OutputStream {
 public:
  explicit Output(const if_byte_sink &sink) : sink_(sink) {}
  ~Output() override { sink_.release(sink_.context); }

  Status Write(const void *bytes, int64_t count) override {
    if (is_closed_) return Status::Invalid("the stream is closed");
    if (count == 0) return Status::OK();
    if (sink_.write(sink_.context, static_cast<const uint8_t *>(bytes), count) != 0)
      return refused("write", position_, count);
    position_ += count;
    return Status::OK();
  }

  Result<int64_t> Tell() const override { return position_; }

  Status Close() override {
    is_closed_ = true;
    return Status::OK();
  }

  bool closed() const override { return is_closed_; }

 private:
  const if_byte_sink sink_;
  int64_t position_ = 0;
  bool is_closed_ = false;
};

}  // namespace

namespace insightflow {

std::shared_ptr<arrow::io::RandomAccessFile> random_access(const if_random_access &source) {
  return std::make_shared<RandomAccess>(source);
}

std::shared_ptr<arrow::io::OutputStream> output_stream(const if_byte_sink &sink) {
  return std::make_shared<Output>(sink);
}

}  // namespace insightflow
