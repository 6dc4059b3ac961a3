#pragma once

#include "kernels/bf16.h"

namespace assay::kernels::rows {

/// Numbers that lie next to each other and are read or written at once. Rows that are taken in
/// packs have a width that `kNumbers` divides and begin at a multiple of the pack's size, 16 bytes
/// for larger packs.
template <int kNumbers, class T>
struct alignas(kNumbers * sizeof(T) < 16 ? kNumbers * sizeof(T) : 16) Pack {
  T of[kNumbers];
};

template <int kNumbers, class T>
ASSAY_INLINE_ON_ANY_DEVICE Pack<kNumbers, T> load_pack(const T* from) {
  return *reinterpret_cast<const Pack<kNumbers, T>*>(from);
}

template <int kNumbers, class T>
ASSAY_INLINE_ON_ANY_DEVICE void store_pack(const Pack<kNumbers, T>& pack, T* to) {
  *reinterpret_cast<Pack<kNumbers, T>*>(to) = pack;
}

/// Calls work(first place) for each of this lane's packs of a row.
template <int kNumbers, class Lanes, class Work>
ASSAY_INLINE_ON_ANY_DEVICE void for_each_pack(const Lanes& lanes, int64_t width, const Work& work) {
  for (int64_t i = lanes.rank() * kNumbers; i < width; i += lanes.size() * kNumbers) work(i);
}

}  // namespace assay::kernels::rows
