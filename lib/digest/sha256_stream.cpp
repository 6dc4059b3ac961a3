#include "digest/sha256_stream.h"

#include <sodium.h>

namespace assay {

struct Sha256Stream::State {
  crypto_hash_sha256_state state;
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->state);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(std::span<const std::byte> bytes) {
  crypto_hash_sha256_update(&state_->state, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::array<std::byte, 32> Sha256Stream::finish() {
  std::array<std::byte, 32> digest{};
  crypto_hash_sha256_final(&state_->state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string to_hex(const std::array<std::byte, 32>& digest) {
  std::array<char, 65> hex{};
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(digest.data()),
                 digest.size());
  return hex.data();
}

}  // namespace assay
