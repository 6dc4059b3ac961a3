#include "report/wording.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "error/error.h"

namespace assay::report {
namespace {

TEST_CASE("every wording is there once, in both languages, with the same placeholders") {
  std::set<std::string_view> ids;
  for (const Wording& wording : wordings()) {
    INFO(wording.id);
    CHECK(ids.insert(wording.id).second);
    CHECK_FALSE(wording.en.empty());
    CHECK_FALSE(wording.ja.empty());
    CHECK(std::count(wording.en.begin(), wording.en.end(), '{') ==
          std::count(wording.ja.begin(), wording.ja.end(), '{'));
  }
}

TEST_CASE("a wording that nobody wrote is our bug") {
  CHECK_THROWS_AS(wording(audit::Language::kEnglish, "no.such.wording"), InternalError);
}

}  // namespace
}  // namespace assay::report
