#pragma once

#include <compare>

namespace assay {

/// A number with a unit in its type. Quantities of one kind add and compare; the only products
/// are the named ones below. There is no general dimension algebra.
template <class Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}

  /// The bare number, in the unit that the type is named after.
  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return a * k; }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
  /// A ratio of two like quantities is a bare number.
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double value_ = 0.0;
};

using Seconds = Quantity<struct SecondsUnit>;
using GpuHours = Quantity<struct GpuHoursUnit>;  ///< accelerator-hours: devices held x wall hours
using Joules = Quantity<struct JoulesUnit>;
using Watts = Quantity<struct WattsUnit>;
using Flops = Quantity<struct FlopsUnit>;  ///< an amount of work; one fused multiply-add is 2
using FlopsPerSecond = Quantity<struct FlopsPerSecondUnit>;
using Bytes = Quantity<struct BytesUnit>;
using BytesPerSecond = Quantity<struct BytesPerSecondUnit>;
using Tokens = Quantity<struct TokensUnit>;
using TokensPerSecond = Quantity<struct TokensPerSecondUnit>;
using Kilograms = Quantity<struct KilogramsUnit>;  ///< of CO2 equivalent

constexpr Joules operator*(Watts p, Seconds t) { return Joules(p.value() * t.value()); }
constexpr Joules operator*(Seconds t, Watts p) { return p * t; }
constexpr Watts operator/(Joules e, Seconds t) { return Watts(e.value() / t.value()); }
constexpr FlopsPerSecond operator/(Flops f, Seconds t) {
  return FlopsPerSecond(f.value() / t.value());
}
constexpr Seconds operator/(Flops f, FlopsPerSecond r) { return Seconds(f.value() / r.value()); }
constexpr Flops operator*(FlopsPerSecond r, Seconds t) { return Flops(r.value() * t.value()); }
constexpr BytesPerSecond operator/(Bytes b, Seconds t) {
  return BytesPerSecond(b.value() / t.value());
}
constexpr TokensPerSecond operator/(Tokens n, Seconds t) {
  return TokensPerSecond(n.value() / t.value());
}

inline constexpr double kSecondsPerHour = 3600.0;
inline constexpr double kJoulesPerKilowattHour = 3.6e6;

/// Device-hours of `num_devices` held for `wall`.
constexpr GpuHours gpu_hours(double num_devices, Seconds wall) {
  return GpuHours(num_devices * wall.value() / kSecondsPerHour);
}
/// The same hours as device-seconds, for rates.
constexpr Seconds device_seconds(GpuHours hours) {
  return Seconds(hours.value() * kSecondsPerHour);
}

}  // namespace assay
