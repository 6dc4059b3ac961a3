#pragma once

#include <string>

#include "units/quantity.h"

namespace assay {

/// An amount in one currency (ISO 4217) at the prices of a date (`YYYY-MM-DD`, or empty where the
/// source states none).
struct Money {
  double amount = 0.0;
  std::string currency;
  std::string as_of;

  friend bool operator==(const Money&, const Money&) = default;
};

/// Adds two amounts. Throws: DataError unless both have the same currency. The date is kept where
/// both agree and empty otherwise.
Money operator+(const Money& a, const Money& b);
Money operator*(const Money& m, double k);

/// The price of one device held for one hour.
struct HourlyPrice {
  Money per_gpu_hour;
};

/// rent = hours x price.
Money operator*(GpuHours hours, const HourlyPrice& price);

}  // namespace assay
