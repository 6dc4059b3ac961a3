#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace assay {

/// sha256 of bytes that arrive in pieces. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void update(std::span<const std::byte> bytes);
  /// The digest of everything so far; the stream may not be used after it.
  [[nodiscard]] std::array<std::byte, 32> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A raw digest as 64 lower-case hex digits.
std::string to_hex(const std::array<std::byte, 32>& digest);

}  // namespace assay
