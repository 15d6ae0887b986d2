/** The parts of ECharts that the console draws with, in a bundle of their own. */
import { BarChart, ChordChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, ChordChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

export type Chart = EChartsType
export type ChartOption = EChartsCoreOption

export const openChart = (place: HTMLElement, dark: boolean): Chart => init(place, dark ? 'dark' : undefined)
