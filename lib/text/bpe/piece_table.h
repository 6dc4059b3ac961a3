#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Tokens by the bytes that they stand for.
class PieceTable {
 public:
  /// Makes place for `count` pieces.
  explicit PieceTable(size_t count = 0);
  /// Puts a piece in that is not there yet. There must be place.
  void put(std::string_view piece, uint32_t token);
  [[nodiscard]] std::optional<uint32_t> find(std::string_view piece) const;

 private:
  struct Slot {
    uint64_t hash = 0;
    uint32_t begin = 0;
    uint32_t size = 0;  ///< 0: empty
    uint32_t token = 0;
  };

  size_t mask_;
  std::vector<Slot> slots_;
  std::string bytes_;
};

}  // namespace assay
