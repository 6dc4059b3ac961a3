#include "text/normal_form.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>

#include <limits>
#include <optional>

#include "error/error.h"

namespace assay {
namespace {

// ICU's normalizer for what Unicode 9 had. Immutable after its constructor.
class Nfc9 {
 public:
  Nfc9() {
    UErrorCode status = U_ZERO_ERROR;
    known_.applyPattern(u"[:age=9.0:]", status);
    known_.freeze();
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
    check(U_SUCCESS(status), "[text] ICU has no normalization form C");
    filtered_.emplace(*nfc, known_);
  }
  [[nodiscard]] const icu::Normalizer2& normalizer() const { return *filtered_; }

 private:
  icu::UnicodeSet known_;
  std::optional<icu::FilteredNormalizer2> filtered_;
};

}  // namespace

std::string to_nfc(std::string_view text) {
  static const Nfc9 kNfc;
  check(text.size() <= std::numeric_limits<int32_t>::max(), "[text] a text above 2 GiB");
  UErrorCode status = U_ZERO_ERROR;
  std::string normal;
  normal.reserve(text.size());
  icu::StringByteSink<std::string> sink(&normal);
  kNfc.normalizer().normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink,
                                  nullptr, status);
  check(U_SUCCESS(status), "[text] ICU cannot normalize a text");
  return normal;
}

}  // namespace assay
