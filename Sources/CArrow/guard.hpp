// Turns Arrow's statuses and C++ exceptions into if_code and a message.
#pragma once

#include <arrow/status.h>
#include <arrow/util/io_util.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "arrow_shim.h"

namespace insightflow {

inline int32_t code_of(const arrow::Status &status) {
  if (arrow::internal::ErrnoFromStatus(status) != 0) return IF_IO;
  if (status.IsNotImplemented()) return IF_UNSUPPORTED;
  if (status.IsOutOfMemory() || status.IsCapacityError()) return IF_MEMORY;
  if (status.IsInvalid()) return IF_INVALID;
  return IF_CORRUPT;  // Parquet's own exceptions arrive as IOError without an errno.
}

// Runs body, which returns a Status.
template <typename Body>
int32_t guarded(char **error, Body body) noexcept {
  int32_t code = IF_CORRUPT;
  const char *fallback = "unknown C++ exception";
  try {
    std::string message;
    try {
      const arrow::Status status = body();
      if (status.ok()) return IF_OK;
      code = code_of(status);
      message = status.message();
      // The system's own reason: no space left, permission denied.
      if (const int number = arrow::internal::ErrnoFromStatus(status)) message += std::string(": ") + strerror(number);
    } catch (const std::bad_alloc &) {
      code = IF_MEMORY;
      message = "not enough memory";
    } catch (const std::exception &exception) {
      message = exception.what();
    }
    if (error) *error = strdup(message.c_str());
    return code;
  } catch (...) {
    if (error) *error = strdup(fallback);
    return code;
  }
}

}  // namespace insightflow
