#include "report/claims/chain_csv.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "claims_fixture.h"
#include "formats/csv_reader.h"

namespace assay::report {
namespace {

using Catch::Contains;

TEST_CASE("the chain has a line for the verdict, each figure, step, input, interval and method") {
  const std::string csv = chain_csv(test::shipped_page({"dsv3-total-2788k"}));
  CHECK_THAT(csv, Contains("\r\ndsv3-total-2788k,reproduced,verdict,"));
  CHECK_THAT(csv, Contains("dsv3-total-2788k,reproduced,step,3,hours_times_price,identity,pass,"));
  CHECK_THAT(csv, Contains("2788000 * 2 = 5576000 USD"));
  CHECK_THAT(csv, Contains("dsv3-gh,README.md,seen,https://github.com/deepseek-ai/DeepSeek-V3"));
  CHECK_THAT(csv, Contains(",interval,,recomputed,"));
  CHECK_THAT(csv, Contains(",90 %,USD,"));
  CHECK_THAT(csv, Contains(",printed rounding,"));
  CHECK_THAT(csv, Contains(",method,,amortised,"));
}

TEST_CASE("every line of a chain has as many fields as the header") {
  const CsvTable table = read_csv(chain_csv(test::shipped_page({})), "chain.csv");
  CHECK(table.header.size() == 20);
  CHECK(table.rows.size() > 1000);
  for (const CsvRow& record : table.rows) CHECK(record.fields.size() == 20);
}

TEST_CASE("no field of a hostile claim is a formula to a spreadsheet") {
  const CsvTable table = read_csv(chain_csv(test::hostile_page()), "chain.csv");
  for (const CsvRow& record : table.rows) {
    for (size_t i = 0; i < record.fields.size(); ++i) {
      const bool numeric = i >= 9 && i <= 11;
      const std::string& field = record.fields[i];
      INFO(field);
      if (!numeric && !field.empty()) {
        CHECK(std::string("=+-@\t\r").find(field.front()) == std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace assay::report
