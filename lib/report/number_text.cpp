#include "report/number_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "units/amount_text.h"

namespace assay::report {
namespace {

struct Prefix {
  double factor;
  std::string_view sign;
};

std::string with_prefix(double value, std::string_view unit) {
  constexpr std::array kPrefixes{Prefix{1e18, "E"}, Prefix{1e15, "P"}, Prefix{1e12, "T"},
                                 Prefix{1e9, "G"},  Prefix{1e6, "M"},  Prefix{1e3, "k"}};
  for (const Prefix& prefix : kPrefixes) {
    if (std::abs(value) >= prefix.factor) {
      return fmt::format("{:.4g} {}{}", value / prefix.factor, prefix.sign, unit);
    }
  }
  return fmt::format("{:.4g} {}", value, unit);
}

std::string bytes_text(double value) {
  constexpr std::array kPrefixes{Prefix{1099511627776.0, "TiB"}, Prefix{1073741824.0, "GiB"},
                                 Prefix{1048576.0, "MiB"}, Prefix{1024.0, "KiB"}};
  for (const Prefix& prefix : kPrefixes) {
    if (value >= prefix.factor) {
      return fmt::format("{:.4g} {}", value / prefix.factor, prefix.sign);
    }
  }
  return fmt::format("{:.0f} B", value);
}

std::string duration_text(double seconds) {
  const double size = std::abs(seconds);
  if (size == 0) return "0 s";
  if (size < 1e-3) return fmt::format("{:.4g} µs", seconds * 1e6);
  if (size < 1) return fmt::format("{:.4g} ms", seconds * 1e3);
  if (size < 120) return fmt::format("{:.2f} s", seconds);
  const auto whole = std::llround(seconds);
  const auto cents = std::llround(seconds * 100);
  const std::string exact =
      fmt::format("{}.{:02} s", grouped(static_cast<double>(cents / 100)), cents % 100);
  if (whole < 7200) return fmt::format("{} ({} min {:02} s)", exact, whole / 60, whole % 60);
  return fmt::format("{} ({} h {:02} min {:02} s)", exact, whole / 3600, whole / 60 % 60,
                     whole % 60);
}

std::string share_text(double share) {
  constexpr double kSmallest = 1e-4;  // below it, two decimals would hide the figure
  const bool small = share != 0 && std::abs(share) < kSmallest;
  return small ? fmt::format("{:.2g} %", 100 * share) : fmt::format("{:.2f} %", 100 * share);
}

std::string money_text(double amount, std::string_view currency) {
  const double size = std::abs(amount);
  if (size == 0 || size >= 1000) return fmt::format("{} {}", grouped(amount), currency);
  if (size >= 1) return fmt::format("{:.2f} {}", amount, currency);
  return fmt::format("{:.4g} {}", amount, currency);
}

bool is_currency(std::string_view unit) {
  return unit.size() == 3 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == unit.npos;
}

bool is_counted(std::string_view unit) {
  return unit == "token" || unit == "step" || unit == "param" || unit == "count";
}

}  // namespace

std::string grouped(double value) {
  const std::string digits = with_thousands(fmt::format("{:.0f}", value));
  return digits == "-0" ? "0" : digits;
}

std::string plain_number(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  constexpr double kGroupedFrom = 1e4;
  constexpr double kGroupedTo = 1e15;
  if (std::abs(value) >= kGroupedFrom && std::abs(value) < kGroupedTo) return grouped(value);
  return fmt::format("{:.6g}", value);
}

std::string number_text(double value, std::string_view unit) {
  if (!std::isfinite(value)) return fmt::format("{} {}", value, unit);
  if (unit == "s") return duration_text(value);
  if (unit == "share") return share_text(value);
  if (unit == "B") return bytes_text(value);
  if (is_counted(unit)) return grouped(value);
  if (is_currency(unit)) return money_text(value, unit);
  if (unit == "FLOP" || unit == "FLOP/s" || unit == "J" || unit == "W") {
    return with_prefix(value, unit);
  }
  if (unit == "token/s") return fmt::format("{} token/s", grouped(value));
  if (unit == "nats/token" || unit == "bits/byte") return fmt::format("{:.4f} {}", value, unit);
  if (unit == "device_h") return fmt::format("{:.4g} h", value);
  return fmt::format("{} {}", plain_number(value), unit);
}

}  // namespace assay::report
