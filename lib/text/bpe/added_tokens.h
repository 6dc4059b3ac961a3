#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A token that is found in the text before anything else is done with it.
struct AddedToken {
  uint32_t token = 0;
  std::string content;
  bool is_left_open = false;   ///< takes the white space before it
  bool is_right_open = false;  ///< takes the white space after it
};

/// A set of added tokens: finds them in a text, the leftmost first and of those the longest.
class AddedTokens {
 public:
  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  /// Calls `take` with each part of `text` in order: a token, or the text between tokens, which is
  /// not empty unless all of `text` is.
  void split(
      std::string_view text,
      const std::function<void(std::optional<uint32_t> token, std::string_view part)>& take) const;
  [[nodiscard]] bool empty() const { return tokens_.empty(); }

 private:
  [[nodiscard]] const AddedToken* find_at(std::string_view text) const;

  std::vector<AddedToken> tokens_;                       // by first byte, the longest first
  std::array<std::pair<size_t, size_t>, 256> begins_{};  // where those of a first byte lie
  std::vector<unsigned char> first_bytes_;
};

}  // namespace assay
