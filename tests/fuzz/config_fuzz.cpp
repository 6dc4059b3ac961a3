#include <optional>
#include <vector>

#include "config/config.h"
#include "foreign_bytes.h"
#include "units/measure.h"

namespace {

struct Inner {
  int64_t count = 1;
  std::vector<double> shares;

  template <class V>
  void fields(V& visit) {
    visit("count", count, "a count", assay::at_least(1));
    visit("shares", shares, "shares", assay::between(0, 1));
  }
};

struct Outer {
  std::string name = "a";
  bool flag = false;
  assay::Seconds wait{1};
  std::optional<assay::Measure> price;
  Inner inner;

  template <class V>
  void fields(V& visit) {
    visit("name", name, "a name", assay::one_of({"a", "b"}));
    visit("flag", flag, "a flag");
    visit("wait", wait, "a time");
    visit("price", price, "a price", assay::in_unit_of(assay::Dimension::kMoneyPerGpuHour));
    visit("inner", inner, "a table");
  }
};

}  // namespace

// A config that is taken is the same after it was dumped and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    const auto read = [](std::string_view toml) {
      return assay::dump_toml(assay::parse_table<Outer>(assay::read_toml(toml, {.name = "fuzz"})));
    };
    const std::string dumped = read(text);
    if (read(dumped) != dumped) __builtin_trap();
  });
}
