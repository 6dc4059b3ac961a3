#include "cost/models/serving_cost.h"

#include "units/quantity.h"

namespace assay {
namespace {

constexpr double kTokensOfPrice = 1e6;

}  // namespace

double serving_cost_per_mtoken(double price_per_device_hour, double tokens_per_second,
                               double utilisation) {
  const double paid_tokens_per_hour = tokens_per_second * kSecondsPerHour * utilisation;
  return price_per_device_hour / paid_tokens_per_hour * kTokensOfPrice;
}

double break_even_rate(double price_per_device_hour, double price_per_mtoken) {
  return price_per_device_hour / price_per_mtoken * kTokensOfPrice / kSecondsPerHour;
}

double highest_token_rate(double flops_per_second, double matmul_params) {
  return flops_per_second / (2 * matmul_params);
}

}  // namespace assay
