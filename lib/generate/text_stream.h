#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace assay {

/// Turns the tokens of one completion into text as they come, and ends at the first stop text.
/// What is handed out is final: never a part of a character, never the beginning of what may
/// become a stop text. The tokenizer must outlive it.
class TextStream {
 public:
  /// Empty stop texts are left out.
  TextStream(const Tokenizer& tokenizer, std::vector<std::string> stop_texts);

  /// The text that this token makes final.
  std::string push(int64_t token);
  /// What was held back, once no token follows. Bytes that are no UTF-8 are handed out as they are.
  std::string finish();

  /// True once a stop text came; further tokens change nothing.
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// All text so far, held back or not, up to the stop text.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void cut_at_stop_text(size_t searched);
  /// How many bytes at the end of the text may still become something else.
  [[nodiscard]] size_t num_held_back() const;

  const Tokenizer& tokenizer_;
  std::vector<std::string> stop_texts_;
  std::string text_;
  size_t handed_out_ = 0;
  bool stopped_ = false;
};

}  // namespace assay
