#include "canonical.hpp"

#include <arrow/compute/api.h>

namespace insightflow {

using arrow::DataType;
using arrow::Type;

static std::shared_ptr<DataType> canonical_list(const DataType &element) {
  const auto inner = canonical_type(element);
  if (!inner) return nullptr;
  switch (inner->id()) {
    case Type::INT32:
    case Type::INT64:
    case Type::FLOAT:
    case Type::LARGE_STRING:
      return arrow::large_list(inner);
    case Type::DOUBLE:
      return arrow::large_list(arrow::float32());
    default:
      return nullptr;
  }
}

std::shared_ptr<DataType> canonical_type(const DataType &type) {
  switch (type.id()) {
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::UINT8:
    case Type::UINT16:
      return arrow::int32();
    case Type::UINT32:
    case Type::INT64:
    case Type::UINT64:
      return arrow::int64();
    case Type::HALF_FLOAT:
    case Type::FLOAT:
      return arrow::float32();
    case Type::DOUBLE:
      return arrow::float64();
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256: {
      const auto &decimal = static_cast<const arrow::DecimalType &>(type);
      return decimal.scale() <= 0 && decimal.precision() <= 18 ? arrow::int64() : arrow::float64();
    }
    case Type::BOOL:
      return arrow::boolean();
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
      return arrow::large_utf8();
    case Type::DICTIONARY:
      return canonical_type(*static_cast<const arrow::DictionaryType &>(type).value_type());
    case Type::TIMESTAMP:
      return arrow::timestamp(arrow::TimeUnit::MICRO, static_cast<const arrow::TimestampType &>(type).timezone());
    case Type::DATE32:
    case Type::DATE64:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::FIXED_SIZE_LIST:
      return canonical_list(*type.field(0)->type());
    case Type::NA:
      return arrow::null();
    default:
      return nullptr;
  }
}

int32_t kind_of(const DataType &type) {
  switch (type.id()) {
    case Type::INT32: return IF_INT32;
    case Type::INT64: return IF_INT64;
    case Type::FLOAT: return IF_FLOAT;
    case Type::DOUBLE: return IF_DOUBLE;
    case Type::BOOL: return IF_BOOL;
    case Type::LARGE_STRING: return IF_STRING;
    case Type::TIMESTAMP: return IF_TIMESTAMP;
    case Type::NA: return IF_NULL;
    case Type::LARGE_LIST:
      switch (type.field(0)->type()->id()) {
        case Type::INT32: return IF_INT32_LIST;
        case Type::INT64: return IF_INT64_LIST;
        case Type::FLOAT: return IF_FLOAT_LIST;
        case Type::LARGE_STRING: return IF_STRING_LIST;
        default: return IF_OTHER;
      }
    default: return IF_OTHER;
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> canonical_array(const std::shared_ptr<arrow::Array> &array,
                                                             const std::shared_ptr<DataType> &type) {
  if (array->type()->Equals(*type)) return array;
  // Cast and take are part of the core library: no need of libarrow_compute and its initialization.
  auto options = arrow::compute::CastOptions::Safe(type);
  options.allow_time_truncate = true;    // nanoseconds to microseconds
  options.allow_float_truncate = true;   // list<double> to list<float>
  options.allow_decimal_truncate = true; // decimal to double
  arrow::compute::ExecContext context;
  context.set_use_threads(false);
  // A dictionary is decoded first: not every cast takes one directly.
  if (array->type_id() == Type::DICTIONARY) {
    const auto &dictionary = static_cast<const arrow::DictionaryArray &>(*array);
    ARROW_ASSIGN_OR_RAISE(auto decoded, arrow::compute::Take(dictionary.dictionary(), dictionary.indices(),
                                                             arrow::compute::TakeOptions::BoundsCheck(), &context));
    return canonical_array(decoded.make_array(), type);
  }
  ARROW_ASSIGN_OR_RAISE(auto cast, arrow::compute::Cast(arrow::Datum(array), options, &context));
  return cast.make_array();
}

static void set_validity(const arrow::Array &array, const uint8_t **bits, int64_t *start, int64_t *nulls) {
  *nulls = array.null_count();
  *bits = *nulls > 0 ? array.null_bitmap_data() : nullptr;
  *start = array.offset();
}

// The bytes of a buffer from element `offset`; null where the array has no values.
static const void *raw_values(const arrow::Array &array, int64_t width) {
  const auto &buffer = array.data()->buffers[1];
  return buffer ? buffer->data() + array.offset() * width : nullptr;
}

static void set_items(const arrow::Array &items, if_array *view) {
  set_validity(items, &view->item_validity, &view->item_validity_start, &view->item_null_count);
  if (items.type_id() == Type::LARGE_STRING) {
    const auto &strings = static_cast<const arrow::LargeStringArray &>(items);
    view->item_offsets = strings.raw_value_offsets();
    view->values = strings.value_data() ? strings.value_data()->data() : nullptr;
  } else {
    view->values = raw_values(items, items.type_id() == Type::INT64 ? 8 : 4);
  }
}

if_array view_of(const arrow::Array &array) {
  if_array view = {};
  view.kind = kind_of(*array.type());
  view.length = array.length();
  set_validity(array, &view.validity, &view.validity_start, &view.null_count);
  switch (array.type_id()) {
    case Type::INT32:
    case Type::FLOAT:
      view.values = raw_values(array, 4);
      break;
    case Type::INT64:
    case Type::DOUBLE:
    case Type::TIMESTAMP:
      view.values = raw_values(array, 8);
      break;
    case Type::BOOL:
      view.values = raw_values(array, 0);
      view.values_start = array.offset();
      break;
    case Type::LARGE_STRING: {
      const auto &strings = static_cast<const arrow::LargeStringArray &>(array);
      view.offsets = strings.raw_value_offsets();
      view.values = strings.value_data() ? strings.value_data()->data() : nullptr;
      break;
    }
    case Type::LARGE_LIST: {
      const auto &lists = static_cast<const arrow::LargeListArray &>(array);
      view.offsets = lists.raw_value_offsets();
      set_items(*lists.values(), &view);
      break;
    }
    default:
      break;
  }
  return view;
}

}  // namespace insightflow
