#include "audit/comparison/seed_spread.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace assay::audit {
namespace {

struct LogMoments {
  double mean = 0;
  double variance_of_mean = 0;
  double degrees = 0;
};

LogMoments log_moments(const std::vector<double>& values) {
  LogMoments moments;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) moments.mean += std::log(value) / n;
  if (values.size() < 2) return moments;
  for (const double value : values) {
    moments.variance_of_mean += std::pow(std::log(value) - moments.mean, 2) / (n - 1) / n;
  }
  moments.degrees = n - 1;
  return moments;
}

SeedMean mean_with_interval(double log_mean, double variance, double degrees) {
  constexpr double kUpperTail = 0.95;  // 90 % between the tails
  SeedMean result{std::exp(log_mean), {}};
  if (degrees <= 0) return result;
  const double reach =
      boost::math::quantile(boost::math::students_t(degrees), kUpperTail) * std::sqrt(variance);
  result.interval = Bounds<double>{std::exp(log_mean - reach), std::exp(log_mean + reach)};
  return result;
}

}  // namespace

SeedMean seed_mean(const std::vector<double>& values) {
  const LogMoments moments = log_moments(values);
  return mean_with_interval(moments.mean, moments.variance_of_mean, moments.degrees);
}

SeedMean seed_ratio(const std::vector<double>& b, const std::vector<double>& a) {
  const LogMoments over = log_moments(b);
  const LogMoments under = log_moments(a);
  const double variance = over.variance_of_mean + under.variance_of_mean;
  double degrees = 0;
  if (over.degrees > 0 && under.degrees > 0) {
    // Seeds that agree to the last bit: no spread at all.
    degrees = variance > 0 ? variance * variance /
                                 (std::pow(over.variance_of_mean, 2) / over.degrees +
                                  std::pow(under.variance_of_mean, 2) / under.degrees)
                           : over.degrees + under.degrees;
  }
  return mean_with_interval(over.mean - under.mean, variance, degrees);
}

}  // namespace assay::audit
