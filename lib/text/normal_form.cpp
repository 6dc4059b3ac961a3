#include "text/normal_form.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <limits>

#include "error/error.h"

namespace assay {

std::string to_nfc(std::string_view text) {
  check(text.size() <= std::numeric_limits<int32_t>::max(), "[text] a text above 2 GiB");
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  std::string normal;
  normal.reserve(text.size());
  icu::StringByteSink<std::string> sink(&normal);
  if (U_SUCCESS(status)) {
    nfc->normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, status);
  }
  check(U_SUCCESS(status), "[text] ICU cannot normalize a text");
  return normal;
}

}  // namespace assay
