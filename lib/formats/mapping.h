#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace assay {

/// A file mapped read-only into memory for as long as this object lives. Moving keeps the
/// addresses, so views into `bytes()` stay valid. Reading a mapping is thread-safe.
class Mapping {
 public:
  /// An empty mapping.
  Mapping() = default;
  /// Maps the whole file. Throws: DataError where it cannot be opened, is no regular file or
  /// cannot be mapped.
  explicit Mapping(const std::filesystem::path& path);
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace assay
