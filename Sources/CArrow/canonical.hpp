// Which of the interface's types a column of a file becomes.
#pragma once

#include <arrow/api.h>

#include <memory>

#include "arrow_shim.h"

namespace insightflow {

// The type a column is cast to; null where it has none here.
std::shared_ptr<arrow::DataType> canonical_type(const arrow::DataType &type);

// The kind of a canonical type.
int32_t kind_of(const arrow::DataType &canonical);

// Casts an array to its canonical type; costs nothing where it already is of that type.
arrow::Result<std::shared_ptr<arrow::Array>> canonical_array(const std::shared_ptr<arrow::Array> &array,
                                                             const std::shared_ptr<arrow::DataType> &type);

// The borrowed parts of a canonical array.
if_array view_of(const arrow::Array &array);

}  // namespace insightflow
