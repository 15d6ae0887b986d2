/** Light or dark: as the system has it, until the person chooses. */
import { computed, ref, watchEffect } from 'vue'

const key = 'datarun-theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')
const systemDark = ref(system.matches)
const chosen = ref(localStorage.getItem(key))

system.addEventListener('change', () => {
  systemDark.value = system.matches
})

export const dark = computed(() => (chosen.value === null ? systemDark.value : chosen.value === 'dark'))

export function toggleTheme(): void {
  chosen.value = dark.value ? 'light' : 'dark'
  localStorage.setItem(key, chosen.value)
}

watchEffect(() => document.documentElement.classList.toggle('dark', dark.value))
