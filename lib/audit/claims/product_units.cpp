#include "audit/claims/product_units.h"

#include <algorithm>
#include <array>

#include "error/error.h"

namespace assay::audit {
namespace {

enum Base { kMoneyBase, kTime, kFlop, kToken, kParameter, kByte, kJoule, kCarbonMass, kNumBases };

// What a dimension is made of, and its base unit (units/measure.cpp) in USD, s, FLOP, token, param,
// B, J and kgCO2e.
struct Composition {
  std::array<int, kNumBases> powers{};
  double size = 1;
};

Composition composed(double size, Base over) {
  Composition one{.size = size};
  one.powers[over] = 1;
  return one;
}

Composition composed(double size, Base over, Base under) {
  Composition ratio = composed(size, over);
  ratio.powers[under] -= 1;
  return ratio;
}

Composition composition(Dimension dimension) {
  constexpr double kHour = 3600;
  constexpr double kMonth = 2629800;
  constexpr double kKilowattHour = 3.6e6;
  switch (dimension) {
    case Dimension::kMoney:
      return composed(1, kMoneyBase);
    case Dimension::kGpuHours:
      return composed(kHour, kTime);
    case Dimension::kSeconds:
      return composed(1, kTime);
    case Dimension::kFlops:
      return composed(1, kFlop);
    case Dimension::kFlopsPerSecond:
      return composed(1, kFlop, kTime);
    case Dimension::kFlopsPerToken:
      return composed(1, kFlop, kToken);
    case Dimension::kTokens:
      return composed(1, kToken);
    case Dimension::kTokensPerSecond:
    case Dimension::kTokensPerSecondPerDevice:
      return composed(1, kToken, kTime);
    case Dimension::kSecondsPerToken:
      return composed(1, kTime, kToken);
    case Dimension::kParameters:
      return composed(1, kParameter);
    case Dimension::kBytes:
      return composed(1, kByte);
    case Dimension::kBytesPerSecond:
      return composed(1, kByte, kTime);
    case Dimension::kEnergy:
      return composed(1, kJoule);
    case Dimension::kPower:
      return composed(1, kJoule, kTime);
    case Dimension::kCarbon:
      return composed(1, kCarbonMass);
    case Dimension::kCarbonPerEnergy:
      return composed(1 / kKilowattHour, kCarbonMass, kJoule);
    case Dimension::kMoneyPerGpuHour:
      return composed(1 / kHour, kMoneyBase, kTime);
    case Dimension::kMoneyPerMillionTokens:
      return composed(1e-6, kMoneyBase, kToken);
    case Dimension::kMoneyPerMonth:
      return composed(1 / kMonth, kMoneyBase, kTime);
    case Dimension::kMoneyPerEnergy:
      return composed(1 / kKilowattHour, kMoneyBase, kJoule);
    case Dimension::kGpuHoursPerToken:
      return composed(kHour, kTime, kToken);
    case Dimension::kDevices:
    case Dimension::kRatio:
    case Dimension::kMoneyPerMoney:
    case Dimension::kCount:
      return {};
  }
  throw InternalError("[audit] dimension without a composition");
}

// One of the printed unit in the dimension's base unit.
double printed_unit(const Figure& figure) {
  return parse_measure("1 " + figure.measure.unit).value;
}

bool is_bare_number(const Figure& figure) {
  return figure.measure.dimension == Dimension::kCount || figure.measure.unit == "x";
}

}  // namespace

std::optional<double> product_scale(const std::vector<const Figure*>& factors,
                                    const Figure& result) {
  const Composition wanted = composition(result.measure.dimension);
  Composition product;
  double prefixes = 1 / printed_unit(result);
  for (const Figure* factor : factors) {
    const Composition one = composition(factor->measure.dimension);
    for (size_t base = 0; base < kNumBases; ++base) product.powers[base] += one.powers[base];
    product.size *= one.size;
    prefixes *= printed_unit(*factor);
  }
  if (product.powers == wanted.powers) return prefixes * product.size / wanted.size;
  const bool any_unit =
      std::ranges::any_of(factors, [](const Figure* factor) { return is_bare_number(*factor); });
  return any_unit ? std::optional(prefixes) : std::nullopt;
}

}  // namespace assay::audit
