// Files of Arrow whose bytes come from and go to functions of the caller.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>

#include "arrow_shim.h"

namespace insightflow {

std::shared_ptr<arrow::io::RandomAccessFile> random_access(const if_random_access &source);

std::shared_ptr<arrow::io::OutputStream> output_stream(const if_byte_sink &sink);

}  // namespace insightflow
