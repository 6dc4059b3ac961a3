#include "report/claims/range_chart.h"

#include <catch2/catch.hpp>

namespace assay::report {
namespace {

using Catch::Contains;

RangeChart chart() {
  return {.title = "a <chart>",
          .unit = "USD",
          .logarithmic = true,
          .rows = {{.label = "<one>",
                    .href = "#x",
                    .text = "10 (1 - 100)",
                    .value = 10,
                    .low = 1,
                    .high = 100},
                   {.label = "none", .href = {}, .text = "not available"}}};
}

TEST_CASE("a row has its name, its drawing at the right places and its text") {
  RangeChart fixed = chart();
  fixed.axis_low = 1;
  fixed.axis_high = 100;
  const std::string html = range_chart_html(fixed);
  CHECK_THAT(html, Contains("<a href=\"#x\">&lt;one&gt;</a>"));
  CHECK_THAT(html, Contains("cx=\"50.00%\""));
  CHECK_THAT(html, Contains("x1=\"0.00%\" x2=\"100.00%\""));
  CHECK_THAT(html, Contains("10 (1 - 100)"));
  CHECK_THAT(html, Contains("not available"));
  CHECK_THAT(html, !Contains("<chart>"));
}

TEST_CASE("nothing to show on a logarithmic axis is no chart") {
  RangeChart zero = chart();
  zero.rows = {{.label = "zero", .href = {}, .text = "0", .value = 0.0}};
  CHECK(range_chart_html(zero).empty());
}

TEST_CASE("a band lies behind every row and is named once") {
  RangeChart with = chart();
  with.axis_low = 1;
  with.axis_high = 100;
  with.bands = {{"usual", 10, 100}};
  const std::string html = range_chart_html(with);
  CHECK_THAT(html, Contains("x=\"50.00%\" width=\"50.00%\""));
  CHECK_THAT(html, Contains("</span>usual</li>"));
}

}  // namespace
}  // namespace assay::report
