#include "units/known_units.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <string>

#include "error/error.h"
#include "units/amount.h"

namespace assay {
namespace {

const std::string kPage = std::string(ASSAY_SOURCE_DIR) + "/docs/units.md";

struct DocumentedUnit {
  std::string unit;
  std::string equal_to;
};

// The rows "| `unit` ... | `number unit` |" of docs/units.md.
std::vector<DocumentedUnit> documented() {
  std::ifstream file(kPage);
  std::vector<DocumentedUnit> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    const size_t first = line.find('`', 3);
    const size_t second = line.find('`', first + 1);
    rows.push_back({line.substr(3, first - 3),
                    line.substr(second + 1, line.find('`', second + 1) - second - 1)});
  }
  return rows;
}

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_measure(text));
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("every unit is in docs/units.md with what it is") {
  std::set<std::string> names;
  for (const DocumentedUnit& row : documented()) {
    INFO(row.unit);
    const Measure one = parse_measure("1 " + row.unit);
    const Measure same = parse_measure(row.equal_to);
    CHECK(one.dimension == same.dimension);
    CHECK(one.value == Approx(same.value).epsilon(1e-12));
    CHECK(names.insert(row.unit).second);
  }
  for (const KnownUnit& row : known_units()) CHECK(names.contains(std::string(row.unit)));
  for (const KnownUnit& row : money_units()) CHECK(names.contains("USD" + std::string(row.unit)));
  CHECK(names.size() == known_units().size() + money_units().size());
}

TEST_CASE("each dimension has one base unit, the one with factor 1 that stands first") {
  for (const KnownUnit& row : known_units()) {
    INFO(row.unit);
    CHECK_FALSE(base_unit(row.dimension).empty());
    CHECK(parse_measure("1 " + std::string(base_unit(row.dimension))).value == 1);
  }
}

TEST_CASE("prefixes of energy, tokens, parameters and money") {
  CHECK(parse_measure("1.287 GWh").value == parse_measure("1287 MWh").value);
  CHECK(parse_measure("50 USD/MWh").value == Approx(parse_measure("0.05 USD/kWh").value));
  CHECK(parse_measure("0.002 USD/ktoken").value == Approx(parse_measure("2 USD/Mtoken").value));
  CHECK(parse_measure("671 Gparam").value == parse_measure("671e9 param").value);
  CHECK(parse_measure("671 Bparam").value == parse_measure("671e9 param").value);
  CHECK(parse_measure("1.8 Tparam").value == parse_measure("1.8e12 param").value);
  CHECK(parse_measure("3640 PFLOP/s_day").value == Approx(3.14e23).epsilon(0.01));  // GPT-3's
}

TEST_CASE("a price is reckoned with per Mtoken and per kWh, and shown as it was written") {
  const Measure tariff = parse_measure("50 USD/MWh");
  CHECK(tariff.unit == "USD/kWh");
  CHECK(tariff.text == "50 USD/MWh");
  CHECK(tariff.last_place == Approx(0.001));
  CHECK(parse_measure("0.5 EUR/ktoken").unit == "EUR/Mtoken");
  CHECK(parse_measure("12 USD/year").unit == "USD/month");
}

TEST_CASE("printed digits keep their width under a prefix") {
  CHECK(parse_measure("671 Gparam").last_digit == Approx(1e9));
  CHECK(parse_measure("1.29 GWh").last_digit == Approx(3.6e10));
}

TEST_CASE("an unknown unit is refused with near ones") {
  using Catch::Contains;
  CHECK_THAT(refusal("5 gwh"), Contains("near it: GWh"));
  CHECK_THAT(refusal("5 GPU-hours"), Contains("near it: gpu_h"));
  CHECK_THAT(refusal("5 tokens"), Contains("near it: token"));
  CHECK_THAT(refusal("5 tokne"), Contains("near it: token"));
  CHECK_THAT(refusal("5 TFLOPS"), Contains("TFLOP/s"));
  CHECK_THAT(refusal("5 usd/mwh"), Contains("near it: USD/MWh"));
  CHECK_THAT(refusal("5 USD/hour"), Contains("near it: USD/gpu_h"));
  CHECK_THAT(refusal("5 $"), Contains("near it: USD"));
  CHECK_THAT(refusal("5 params"), Contains("near it: param"));
  CHECK_THAT(refusal("5 bananas"), Contains("units are such as gpu_h"));
  CHECK(refusal("5 " + std::string(1000, 'x')).size() < 450);
}

TEST_CASE("an amount has a letter for thousands, or its unit") {
  const auto tokens = [](const char* text) { return parse_amount(text, "token").value; };
  CHECK(tokens("15e12") == 15e12);
  CHECK(tokens("14.8T") == Approx(14.8e12));
  CHECK(tokens("10G") == 10e9);
  CHECK(tokens("300B") == 300e9);
  CHECK(tokens("5M") == 5e6);
  CHECK(tokens("20k") == 20e3);
  CHECK(tokens("20K") == 20e3);
  CHECK(tokens("10 Gtoken") == 10e9);
  CHECK(parse_amount("7B", "param").dimension == Dimension::kParameters);
  CHECK(parse_amount("3 day", "token").dimension == Dimension::kSeconds);
  for (const char* wrong : {"", "T", "ten", "1e", "nan", "10Q", "10 G", "1e999"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_amount(wrong, "token"), DataError);
  }
}

}  // namespace
}  // namespace assay
