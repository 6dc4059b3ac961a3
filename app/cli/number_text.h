#pragma once

#include <cstdint>
#include <string>

namespace assay::app {

/// 671026419200 as "671,026,419,200".
std::string grouped(int64_t number);

/// 671026419200 as "671.03B", 124439808 as "124.44M": for columns, never for arithmetic.
std::string short_count(int64_t number);

}  // namespace assay::app
