#include "report/claims/claims_markdown.h"

#include <catch2/catch.hpp>

#include "claims_fixture.h"

namespace assay::report {
namespace {

using Catch::Contains;

TEST_CASE("Markdown has verdict, steps with sources, intervals, methods, scope and citation") {
  const std::string text = claims_markdown(test::shipped_page({"dsv3-total-2788k"}));
  for (const char* part :
       {"**reproduced**", "2788000 \\* 2 = 5576000 USD", "(90 %: ", "GPU-hours: 2.788e6 gpu\\_h",
        "amortised hardware and energy (Epoch)", "| ● |", "@misc{assay-dsv3-total-2788k",
        "<https://arxiv.org/abs/2412.19437>"}) {
    INFO(part);
    CHECK_THAT(text, Contains(part));
  }
}

TEST_CASE("hostile text cannot become markup") {
  const std::string text = claims_markdown(test::hostile_page());
  CHECK_THAT(text, Contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_THAT(text, !Contains("<img"));
  CHECK_THAT(text, Contains("\\*\\*bold\\*\\* \\[x\\](javascript:alert(1))"));
  CHECK_THAT(text, !Contains("<javascript:"));
}

TEST_CASE("Japanese Markdown is in Japanese") {
  const std::string text =
      claims_markdown(test::shipped_page({"dsv3-total-2788k"}, audit::Language::kJapanese));
  CHECK_THAT(text, Contains("## 各主張が含む範囲"));
}

}  // namespace
}  // namespace assay::report
