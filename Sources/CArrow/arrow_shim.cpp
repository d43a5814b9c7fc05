#include "arrow_shim.h"
#include <arrow/util/config.h>
const char *if_arrow_version(void) { return ARROW_VERSION_STRING; }
