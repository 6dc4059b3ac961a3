#include "text/normal_form.h"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("characters are composed and marks ordered") {
  CHECK(to_nfc("plain") == "plain");
  CHECK(to_nfc("").empty());
  CHECK(to_nfc("e\xCC\x81") == "\xC3\xA9");
  CHECK(to_nfc("q\xCC\x87\xCC\xA3") == "q\xCC\xA3\xCC\x87");
  CHECK(to_nfc("\xE2\x84\xAB") == "\xC3\x85");
}

TEST_CASE("characters that came after Unicode 9 stay where they are") {
  // U+0899 (Unicode 14) has a lower class than U+0301 before it.
  CHECK(to_nfc("\xCC\x81\xE0\xA2\x99") == "\xCC\x81\xE0\xA2\x99");
}

}  // namespace assay
