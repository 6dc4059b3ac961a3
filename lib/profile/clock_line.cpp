#include "profile/clock_line.h"

#include <cmath>

#include "error/error.h"

namespace assay {

void ClockLine::add(Seconds device, double host_unix_s) {
  check(pairs_.empty() || device.value() > pairs_.back().device_s,
        "[profile] a device's clock stood still or went back between two looks at it");
  pairs_.push_back({device.value(), host_unix_s});
  fit();
}

void ClockLine::fit() {
  const auto count = static_cast<double>(pairs_.size());
  // Relative to the first pair: seconds since 1970 have no bits left for microseconds squared.
  const Pair& first = pairs_.front();
  double device = 0;
  double host = 0;
  for (const Pair& pair : pairs_) {
    device += (pair.device_s - first.device_s) / count;
    host += (pair.host_s - first.host_s) / count;
  }
  double products = 0;
  double squares = 0;
  for (const Pair& pair : pairs_) {
    const double x = pair.device_s - first.device_s - device;
    products += x * (pair.host_s - first.host_s - host);
    squares += x * x;
  }
  rate_ = squares > 0 ? products / squares : 1;
  mean_device_s_ = first.device_s + device;
  mean_host_s_ = first.host_s + host;
}

double ClockLine::host_unix_s(Seconds device) const {
  check(!pairs_.empty(), "[profile] the clocks of device and host were never read together");
  return mean_host_s_ + rate_ * (device.value() - mean_device_s_);
}

Seconds ClockLine::residual() const {
  if (pairs_.size() < 3) return Seconds(0);
  double squares = 0;
  for (const Pair& pair : pairs_) {
    squares += std::pow(pair.host_s - host_unix_s(Seconds(pair.device_s)), 2);
  }
  return Seconds(std::sqrt(squares / static_cast<double>(pairs_.size())));
}

}  // namespace assay
