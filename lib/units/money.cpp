#include "units/money.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {

Money operator+(const Money& a, const Money& b) {
  if (a.currency != b.currency) {
    throw DataError(fmt::format("[units] amounts of two currencies were added: {} and {}",
                                a.currency, b.currency));
  }
  return {a.amount + b.amount, a.currency, a.as_of == b.as_of ? a.as_of : std::string()};
}

Money operator*(const Money& m, double k) { return {m.amount * k, m.currency, m.as_of}; }

Money operator*(GpuHours hours, const HourlyPrice& price) {
  return price.per_gpu_hour * hours.value();
}

}  // namespace assay
