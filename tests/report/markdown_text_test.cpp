#include "report/markdown_text.h"

#include <catch2/catch.hpp>

namespace assay::report {
namespace {

TEST_CASE("a fenced text cannot end its fence, nor steer the terminal that shows the file") {
  CHECK(markdown_fenced("a\n\tb") == "```\na\n\tb\n```\n\n");
  CHECK(markdown_fenced("a```b") == "````\na```b\n````\n\n");
  CHECK(markdown_fenced("a\x1b[31mb\r\x7f") ==
        "```\na\xEF\xBF\xBD[31mb\xEF\xBF\xBD\xEF\xBF\xBD\n```\n\n");
  CHECK(markdown_fenced("gpt\xE2\x80\xAE"
                        "4") == "```\ngpt\\u202e4\n```\n\n");
}

}  // namespace
}  // namespace assay::report
